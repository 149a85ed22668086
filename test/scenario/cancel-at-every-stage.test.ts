import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { offline } from '../../orchestrations/itineraries/offline';
import type { CutoverView } from '../../shared/contracts/api';
import { startCauseway, type Answer, type Causeway } from '../support/causeway';
import type { TestWorkload, WorkloadTouch } from '../support/test-workload';

const STAGES = offline.stages.map(({ name }) => name);
const TRAFFIC_MOVES = STAGES.indexOf('redirect');

/** What a stage asks of the workload or its storage; gates are asked of people. */
const TOUCHES: Readonly<Record<string, (touch: WorkloadTouch) => boolean>> = {
  readiness: (touch) => touch.kind === 'hook',
  freeze: (touch) => touch.kind === 'hook',
  'verify-target': (touch) => touch.kind === 'blob',
  'initial-copy': (touch) => touch.kind === 'blob',
  'incremental-passes': (touch) => touch.kind === 'blob',
  'stop-source': (touch) => touch.kind === 'hook',
  backup: (touch) => touch.kind === 'blob',
  'final-pass': (touch) => touch.kind === 'blob',
  restore: (touch) => touch.kind === 'hook',
  'verify-items': (touch) => touch.kind === 'blob',
  'start-target': (touch) => touch.kind === 'hook',
  validate: (touch) => touch.kind === 'probe',
  'services-healthy': (touch) => touch.kind === 'hook',
  redirect: (touch) => touch.kind === 'hook',
  observe: (touch) => touch.kind === 'hook',
  stabilise: (touch) => touch.kind === 'hook',
};

/** Turns one workload's cutover back while one stage is under way, and keeps what came of it. */
class TurningBack {
  readonly answers: Answer[] = [];
  workload!: TestWorkload;
  outcome: CutoverView | Error = new Error('it never ended');
  #asked = false;

  constructor(
    private readonly causeway: Causeway,
    readonly stage: string,
  ) {}

  get cutoverId(): string {
    return this.causeway.cutoverIdOf('wave', this.workload);
  }

  async make(): Promise<void> {
    this.workload = await this.causeway.makeWorkload({
      id: `at-${this.stage}`,
      files: 5,
      plan: { restore: true, manualChecks: ['Look at it'] },
      stepIn: (touch) => this.#touched(touch),
    });
  }

  async follow(): Promise<void> {
    try {
      this.outcome = await this.causeway.drive(this.cutoverId, undefined, (gate) => {
        if (gate.stage === 'go-no-go') this.#writes.push(this.workload.write('late-for-final.txt', 'late'));
        if (gate.stage !== this.stage || gate.gate === 'stage-failed') return undefined;
        if (!this.#asked) void this.#turnBack();
        return 'leave';
      });
    } catch (error) {
      this.outcome = error as Error;
    }
    await Promise.all(this.#writes);
  }

  readonly #writes: Promise<number>[] = [];

  /** Late files give the later passes something to copy, so that they touch the storage. */
  async #touched(touch: WorkloadTouch): Promise<undefined> {
    if (this.#asked || TOUCHES[this.stage]?.(touch) !== true) return undefined;
    const { stage } = await this.causeway.cutover(this.cutoverId);
    if (stage === 'initial-copy' && this.stage === 'incremental-passes')
      await this.workload.write('late-for-incremental.txt', 'late');
    if (stage === this.stage && !this.#asked) await this.#turnBack();
    return undefined;
  }

  async #turnBack(): Promise<void> {
    this.#asked = true;
    this.answers.push(await this.causeway.command(this.cutoverId, 'cancel'));
    if (this.answers[0]?.status !== 202)
      this.answers.push(await this.causeway.command(this.cutoverId, 'rollback'));
  }
}

describe('a cutover cancelled', () => {
  let causeway: Causeway;
  let cases: TurningBack[];

  beforeAll(async () => {
    causeway = await startCauseway();
    cases = STAGES.map((stage) => new TurningBack(causeway, stage));
    await Promise.all(cases.map((each) => each.make()));
    await causeway.beginWave(
      'wave',
      cases.map(({ workload }) => workload),
    );
    await Promise.all(cases.map((each) => each.follow()));
  });
  afterAll(() => causeway?.stop());

  const caseAt = (stage: string): TurningBack & { outcome: CutoverView } => {
    const found = cases.find((each) => each.stage === stage);
    if (found === undefined) throw new Error(`nothing was done at ${stage}`);
    if (found.outcome instanceof Error) throw found.outcome;
    return found as TurningBack & { outcome: CutoverView };
  };

  it.each(STAGES.slice(0, TRAFFIC_MOVES))('R56 while %s is under way ends cancelled', (stage) => {
    const { answers, outcome } = caseAt(stage);
    expect(answers.map(({ status }) => status)).toEqual([202]);
    expect(outcome.status).toBe('cancelled');
    expect(outcome.turningBack).toMatchObject({ kind: 'cancel', by: 'Otto' });
    const reached = outcome.stages.filter(({ attempts }) => attempts > 0).map(({ name }) => name);
    expect(reached).toEqual(STAGES.slice(0, STAGES.indexOf(stage) + 1));
  });

  it.each(STAGES.slice(TRAFFIC_MOVES))(
    'R148 while %s is under way is refused, since users may have moved; a rollback is taken',
    (stage) => {
      const { answers, outcome } = caseAt(stage);
      expect(answers.map(({ status, body }) => [status, body['detail']])).toEqual([
        [409, 'traffic has moved: ask for a rollback instead'],
        [202, undefined],
      ]);
      expect(outcome.status).toBe('rolled-back');
    },
  );

  it.each(STAGES)('R56 R86 R146 R147 while %s is under way leaves the system as it was', async (stage) => {
    const { workload, outcome } = caseAt(stage);
    expect(await workload.about()).toMatchObject({
      activeSide: 'source',
      frozen: false,
      sides: { source: { serving: true, writable: true }, target: { writable: false } },
    });
    for (const { path, sha256 } of workload.files)
      expect([path, await workload.read(path)]).toEqual([path, { sha256, servedFrom: 'source' }]);
    expect(await workload.write('after.txt', 'after')).toBe(204);
    expect(await workload.release()).toBe(200);
    const undone = outcome.itinerary.stages.filter(
      ({ name, compensation }) => compensation !== null && STAGES.indexOf(name) <= STAGES.indexOf(stage),
    );
    const log = await causeway.log('cutovers', outcome.id);
    expect(log.filter(({ kind }) => kind === 'stage.compensated').map(({ facts }) => facts['stage'])).toEqual(
      undone.map(({ name }) => name).reverse(),
    );
    // Where nothing of the workload was touched yet there is nothing to verify.
    expect(log.filter(({ kind }) => kind === 'rollback.verified')).toHaveLength(undone.length > 0 ? 1 : 0);
  });
});
