// A cutover over two real databases and a real ledger, whose stages a test begins and ends as the orchestration would, and which
// takes people's commands. No engine and no application; guards are left out, and the claim is never lost.
import { differingRows } from '../../../functions/differing-rows';
import type { Services } from '../../../functions/services';
import { steps } from '../../../functions/steps';
import { replicationIdOf } from '../../../functions/steps/postgres/database';
import { itineraries } from '../../../orchestrations/itineraries';
import { orderFor } from '../../../orchestrations/stage-work';
import type { CommandKind } from '../../../shared/contracts/command';
import type { Cutover } from '../../../shared/contracts/cutover';
import type { RowDifference } from '../../../shared/contracts/postgres-verification';
import type { DataReport } from '../../../shared/contracts/replication';
import type { StepResult } from '../../../shared/contracts/step';
import { submitCommand, takeCommands, type Submitted } from '../../../shared/ledger/commands';
import { createCutover } from '../../../shared/ledger/cutovers';
import { cutoverPartition, dataReportType } from '../../../shared/ledger/documents';
import type { Ledger } from '../../../shared/ledger/ledger';
import { beginStage, endStage } from '../../../shared/ledger/stages';
import type { DatabasePair } from '../../support/postgres/database-pair';
import { memoryJournal } from '../../support/files-transfer';
import { LedgerUnderTest, operator } from '../../support/ledger-under-test';
import { sampleWave, sampleWorkload } from '../../support/sample-plan';

/** Slots are named by workloads, and servers are shared by tests. */
let workloads = 0;

export class VerifyingCutover {
  readonly #under = new LedgerUnderTest();
  readonly #journal = memoryJournal();
  readonly #ledger: Ledger;
  #id = '';

  private constructor(private readonly databases: DatabasePair) {
    const unguarded = ([method, itinerary]: [string, (typeof itineraries)['online']]) => [
      method,
      { ...itinerary, stages: itinerary.stages.map((stage) => ({ ...stage, guards: [] })) },
    ];
    const all = Object.fromEntries(Object.entries(itineraries).map(unguarded)) as Ledger['itineraries'];
    this.#ledger = { ...this.#under.ledger, itineraries: all };
  }

  static async start(databases: DatabasePair, method: 'online' | 'offline'): Promise<VerifyingCutover> {
    const made = new VerifyingCutover(databases);
    const asset = { ...databases.context.asset, limits: databases.limits };
    const workload = sampleWorkload({ id: `shop-${method}-${(workloads += 1)}`, method, assets: [asset] });
    await made.#under.putWorkload(workload);
    const wave = await made.#under.putWave(sampleWave({ workloadIds: [workload.id] }));
    made.#id = await createCutover(made.#ledger, wave, workload);
    return made;
  }

  /** Begins the stage anew or goes on with it, and ends it as its step ended. */
  async run(stage: string): Promise<StepResult> {
    const begun = await beginStage(this.#ledger, this.#id, stage);
    if (begun.kind !== 'go') throw new Error(`${stage} did not begin: ${JSON.stringify(begun)}`);
    const { work } = (await this.cutover()).itinerary.stages.find(({ name }) => name === stage) ?? {};
    const step = work?.kind === 'step' ? work.step : 'startReplication';
    for (;;) {
      const result = await steps[step]({
        services: this.#services,
        cutover: await this.cutover(),
        order: orderFor(this.#id, stage, begun.attempt, step),
        claim: this.databases.context.claim,
      });
      if (result.kind === 'done' || result.kind === 'failed') {
        await endStage(this.#ledger, this.#id, stage, result);
        return result;
      }
      if (result.kind !== 'pending') throw new Error(`${stage}: ${JSON.stringify(result)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** What the replication of its database goes by. */
  async migrationId(): Promise<string> {
    return replicationIdOf((await this.cutover()).workloadId, this.databases.context.asset.id);
  }

  /** Gives a command and has it decided. */
  async command(kind: CommandKind): Promise<Submitted> {
    const submitted = await submitCommand(this.#ledger, operator, this.#id, {
      kind,
      reason: `please ${kind}`,
    });
    await takeCommands(this.#ledger, this.#id);
    return submitted;
  }

  cutover(): Promise<Cutover> {
    return this.#under.cutover(this.#id);
  }

  async report(id: string): Promise<DataReport | undefined> {
    const reports = await this.#under.all(dataReportType, cutoverPartition(this.#id));
    return reports.find((report) => report.id === id);
  }

  /** As the API shows them. */
  async differingRows(reportId: string): Promise<RowDifference[]> {
    const report = await this.report(reportId);
    if (report === undefined) throw new Error(`there is no report ${reportId}`);
    const rows: RowDifference[] = [];
    for await (const row of differingRows(this.#journal)(this.#id, report)) rows.push(row as RowDifference);
    return rows;
  }

  async logged(kind: string) {
    return (await this.#under.log(cutoverPartition(this.#id))).filter((entry) => entry.kind === kind);
  }

  stop(): void {
    this.#under.close();
  }

  get #services(): Services {
    const { source, target } = this.databases.context;
    const secrets: Record<string, string> = { old: source, new: target };
    return {
      ...{ ledger: this.#ledger, clock: { now: () => new Date() }, journal: this.#journal },
      secrets: { read: async (name: string) => secrets[name] },
    } as unknown as Services;
  }
}
