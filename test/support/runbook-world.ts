// Runs a whole cutover of a workload that Azure Migrate moves: the real orchestration, activities, ledger, steps and adapter, over the
// stand-in of the service. No engine: nothing is replayed. The workload is operated by hand, people answer as a script says, and
// nobody looks at a target: acceptance checks are none.
import { inProcessWorker } from '../../functions/in-process-worker';
import type { Services } from '../../functions/services';
import { steps } from '../../functions/steps';
import { cutover } from '../../orchestrations/cutover';
import { offline } from '../../orchestrations/itineraries/offline';
import { rollback, type RollbackInput } from '../../orchestrations/rollback';
import { ArmClient } from '../../shared/adapters/arm/arm-client';
import { ArmRunbooks } from '../../shared/adapters/arm/arm-runbooks';
import { controlsFor } from '../../shared/adapters/workload-controls/controls-for';
import type { CommandKind } from '../../shared/contracts/command';
import type { Cutover } from '../../shared/contracts/cutover';
import type { Choice, Gate } from '../../shared/contracts/gate';
import type { LogEntry } from '../../shared/contracts/log-entry';
import type { RunbookAsset } from '../../shared/contracts/runbook';
import { createCutover } from '../../shared/ledger/cutovers';
import { submitCommand } from '../../shared/ledger/commands';
import { answerGate, readGate } from '../../shared/ledger/gates';
import { changeWaveRecord } from '../../shared/ledger/waves';
import { readWorkload } from '../../shared/ledger/workloads';
import { cutoverActivity, OTTO, PEOPLE } from './cutover-activities';
import { LedgerUnderTest } from './ledger-under-test';
import { minutes, sampleWave, sampleWorkload } from './sample-plan';
import { stepToEnd, type World } from './stepped-durable';

const READINESS = ['adoption-plan', 'landing-zone', 'skills', 'assessment', 'target-architecture'] as const;

export interface RunbookScript {
  readonly endpoint: string;
  readonly runbook: RunbookAsset['runbook'];
  /** The first choice of every gate where it does not say. Null: nobody answers yet. */
  readonly answer?: (gate: Gate, cutover: Cutover) => Choice | null;
  /** Looks at every wait; a command it names is given then. */
  readonly atWait?: (cutover: Cutover) => Promise<CommandKind | null> | CommandKind | null;
}

const WAITS = 600;

export class RunbookWorld implements World {
  readonly under = new LedgerUnderTest(offline);
  readonly asked: Gate[] = [];
  cutoverId = '';
  #waits = 0;
  readonly #services: Services;

  constructor(private readonly script: RunbookScript) {
    const { ledger } = this.under;
    const token = { token: 'token', expiresOnTimestamp: Date.parse('2100-01-01') };
    const client = new ArmClient({ endpoint: script.endpoint, credential: { getToken: async () => token } });
    const secrets = { read: async (name: string) => `secret of ${name}` };
    this.#services = {
      ledger,
      secrets,
      clock: ledger.clock,
      worker: inProcessWorker(() => this.#services, steps),
      notifier: { notify: async () => ({ kind: 'delivered', via: 'test' }) },
      runbooks: new ArmRunbooks(client, secrets, 1_000),
      controlsOf: () => controlsFor({ kind: 'manual' }, {} as never),
    } as unknown as Services;
  }

  /** Runs the cutover to its end. */
  async run(): Promise<{ cutover: Cutover; log: readonly LogEntry[] }> {
    const { under } = this;
    const asset: RunbookAsset = { id: 'servers', kind: 'runbook', runbook: this.script.runbook };
    const readiness = READINESS.map((key) => ({ key, met: true, note: 'Recorded for the test.' }));
    const times = { observationMs: 0, stabilisationMs: 0, rollbackEstimateMs: 0 };
    await under.putWorkload(sampleWorkload({ assets: [asset], readiness, ...times }));
    await under.putWave(sampleWave({ window: { start: minutes(0), end: minutes(100_000) } }));
    await changeWaveRecord<void>(under.ledger, 'first', ({ body }) => ({
      change: { body: { ...body, approvedPlanHash: body.planHash, status: 'running' } },
      result: undefined,
    }));
    const { body: workload } = await readWorkload(under.ledger, 'shop');
    this.cutoverId = await createCutover(under.ledger, await under.wave(), workload);
    const ids = { assetIds: ['servers'], runbookIds: ['servers'] };
    await stepToEnd(
      cutover,
      { cutoverId: this.cutoverId, ...ids, itinerary: offline, position: 0 },
      this,
      [],
    );
    return {
      cutover: await under.cutover(this.cutoverId),
      log: await under.log(`cutover:${this.cutoverId}`),
    };
  }

  close(): void {
    this.under.close();
  }

  nowMs(): number {
    return this.under.now;
  }

  async activity(name: string, input: unknown): Promise<unknown> {
    const run = cutoverActivity(name);
    for (let tries = 1; ; tries += 1) {
      try {
        return await run(this.#services, input as never);
      } catch (error) {
        if (tries === 3) throw error;
      }
    }
  }

  child(_name: string, input: unknown): Promise<unknown> {
    return stepToEnd(rollback, input as RollbackInput, this);
  }

  async idle(timerAtMs: number): Promise<'wake' | 'time'> {
    this.#waits += 1;
    const now = await this.under.cutover(this.cutoverId);
    if (this.#waits > WAITS) throw new Error(`it never ends: ${now.stage}, ${now.waitingFor}`);
    const command = (await this.script.atWait?.(now)) ?? null;
    if (command) {
      const input = { kind: command, reason: 'because' };
      const given = await submitCommand(this.under.ledger, OTTO, this.cutoverId, input);
      if (given.kind === 'accepted') return 'wake';
      throw new Error(given.reason);
    }
    if (now.openGate && !now.paused && (await this.#answer(now, now.openGate))) return 'wake';
    this.under.now = Math.max(timerAtMs, this.under.now);
    return 'time';
  }

  async #answer(now: Cutover, gateId: string): Promise<boolean> {
    const { body: gate } = await readGate(this.under.ledger, gateId);
    if (!this.asked.some(({ id }) => id === gateId)) this.asked.push(gate);
    const choice = this.script.answer ? this.script.answer(gate, now) : gate.choices[0]!;
    if (choice === null) return false;
    const evidence = choice === 'confirm' ? { evidence: 'seen' } : {};
    const hash = gate.planHash === null ? {} : { planHash: gate.planHash };
    for (const person of PEOPLE.filter(({ roles }) => roles.some((role) => gate.roles.includes(role)))) {
      const answer = { choice, reason: 'looked at it', ...evidence, ...hash };
      await answerGate(this.under.ledger, person, gateId, answer);
    }
    return true;
  }
}
