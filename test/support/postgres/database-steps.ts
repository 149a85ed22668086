// The steps of an online cutover over two real databases and a real ledger, one after another as a test calls them. No engine, no
// orchestration and no application: the workload's controls answer as one that does all it is asked, the claim is never lost.
import { steps } from '../../../functions/steps';
import type { Services } from '../../../functions/services';
import { online } from '../../../orchestrations/itineraries/online';
import { orderFor } from '../../../orchestrations/stage-work';
import type { ControlOutcome, ControlRequest, Side } from '../../../shared/contracts/controls';
import type { PostgresAsset } from '../../../shared/contracts/postgres';
import type { StepName, StepResult } from '../../../shared/contracts/step';
import { createCutover } from '../../../shared/ledger/cutovers';
import { memoryJournal } from '../files-transfer';
import { LedgerUnderTest } from '../ledger-under-test';
import { sampleWorkload } from '../sample-plan';
import type { DatabasePair } from './database-pair';

const PENDING_MS = 50;
let workloads = 0;

export class DatabaseSteps {
  readonly #under = new LedgerUnderTest(online);
  readonly #journal = memoryJournal();
  #activeSide: Side = 'source';
  #attempt = 0;
  cutoverId = '';

  private constructor(private readonly databases: DatabasePair) {}

  static async start(databases: DatabasePair, ddl: PostgresAsset['ddl']): Promise<DatabaseSteps> {
    const test = new DatabaseSteps(databases);
    await test.#under.putWave();
    const assets = [{ ...databases.context.asset, ddl, limits: databases.limits }];
    // Slots are named by it, and servers are shared by tests.
    const id = `shop-${(workloads += 1)}`;
    const controls = { kind: 'http', url: 'http://127.0.0.1:1/hooks', secret: 'hook' } as const;
    const workload = sampleWorkload({ id, method: 'online', assets, controls });
    test.cutoverId = await createCutover(test.#under.ledger, await test.#under.wave(), workload);
    return test;
  }

  /** One call. */
  async call(step: StepName): Promise<StepResult> {
    const order = orderFor(this.cutoverId, 'here', (this.#attempt += 1), step);
    const claim = { epoch: 1, heartbeat: async () => true, interrupted: async () => false };
    const cutover = await this.#under.cutover(this.cutoverId);
    return steps[step]({ services: this.#services, cutover, order, claim });
  }

  /** Calls until it is no longer pending. */
  async perform(step: StepName): Promise<StepResult> {
    for (;;) {
      const result = await this.call(step);
      if (result.kind !== 'pending') return result;
      await new Promise((resolve) => setTimeout(resolve, PENDING_MS));
    }
  }

  /** Steps that have to be done one after another; throws the first that is not. */
  async done(...names: readonly StepName[]): Promise<StepResult & { kind: 'done' }> {
    let last: StepResult | null = null;
    for (const name of names) {
      last = await this.perform(name);
      if (last.kind !== 'done') throw new Error(`${name}: ${JSON.stringify(last)}`);
    }
    if (last === null) throw new Error('no step was named');
    return last;
  }

  /** Where the application was told to send its users. */
  get activeSide(): Side {
    return this.#activeSide;
  }

  stop(): void {
    this.#under.close();
  }

  get #services(): Services {
    const { ledger } = this.#under;
    const { source, target } = this.databases.context;
    const secrets: Record<string, string> = { old: source, new: target };
    return {
      ...{ ledger, clock: { now: () => new Date() }, journal: this.#journal },
      secrets: { read: async (name: string) => secrets[name] },
      controlsOf: () => ({ perform: this.#answer }),
    } as unknown as Services;
  }

  readonly #answer = async (operation: string, { side }: ControlRequest): Promise<ControlOutcome> => {
    if (operation === 'switch') this.#activeSide = side;
    const writable = side === this.#activeSide;
    const state = { serving: true, writable, inFlight: 0, healthy: true, activeSide: this.#activeSide };
    return {
      kind: 'replied',
      reply: { ok: true, detail: '', side, ...state },
      evidence: { source: 'hook', summary: operation, facts: {} },
    };
  };
}
