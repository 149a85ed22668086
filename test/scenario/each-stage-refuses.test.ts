import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { offline } from '../../orchestrations/itineraries/offline';
import type { CutoverView } from '../../shared/contracts/api';
import type { Gate } from '../../shared/contracts/gate';
import { startCauseway, type Causeway } from '../support/causeway';
import type { TestWorkload } from '../support/test-workload';
import { REFUSALS, type Refusal } from './stage-refusals';

const STAGES = offline.stages.map(({ name }) => name);

/** Runs one refusal to its end and keeps what was seen on the way. */
class Refused {
  workload!: TestWorkload;
  /** The question and the cutover as they were when the stage had failed. */
  asked: { gate: Gate; cutover: CutoverView } | null = null;
  end: CutoverView | null = null;
  /** What was thrown on the way: not always an `Error` of this realm. */
  failure: unknown = null;

  constructor(
    private readonly causeway: Causeway,
    readonly refusal: Refusal,
  ) {}

  async make(): Promise<void> {
    const { id, options } = this.refusal;
    const counts = new Map<string, number>();
    this.workload = await this.causeway.makeWorkload({
      id,
      files: 5,
      ...options,
      stepIn: (touch) => {
        const kind = touch.kind === 'hook' ? `${touch.operation} ${touch.side}` : touch.kind;
        const count = (counts.get(kind) ?? 0) + 1;
        counts.set(kind, count);
        return this.asked === null ? this.refusal.stepIn?.(touch, count, this.workload) : undefined;
      },
    });
    await this.refusal.arrange?.(this.workload);
  }

  async follow(): Promise<void> {
    const id = this.causeway.cutoverIdOf('wave', this.workload);
    try {
      this.end = await this.causeway.drive(id, undefined, async (gate) => {
        if (gate.gate !== 'stage-failed' && gate.gate !== 'rollback-decision')
          return this.refusal.atGate?.(gate, this.workload);
        if (this.asked !== null) return undefined;
        this.asked = { gate, cutover: await this.causeway.cutover(id) };
        await this.refusal.cure?.(this.workload);
        return this.refusal.answer;
      });
    } catch (error) {
      this.failure = error;
    }
  }
}

describe('a stage that finds something wrong', () => {
  let causeway: Causeway;
  let all: Refused[];

  beforeAll(async () => {
    causeway = await startCauseway();
    all = REFUSALS.map((refusal) => new Refused(causeway, refusal));
    await Promise.all(all.map((each) => each.make()));
    await causeway.beginWave(
      'wave',
      all.map(({ workload }) => workload),
    );
    await Promise.all(all.map((each) => each.follow()));
  });
  afterAll(() => causeway?.stop());

  it.each(REFUSALS)('$title', async (refusal) => {
    const found = all.find((each) => each.refusal === refusal);
    if (found === undefined) throw new Error(`${refusal.id} was not tried`);
    const { asked, end, workload, failure } = found;
    if (end === null) throw new Error(`${refusal.id} never ended: ${String(failure)}`, { cause: failure });
    expect(asked?.gate).toMatchObject({
      stage: refusal.stage,
      question: expect.stringMatching(refusal.reason),
    });
    const log = await causeway.log('cutovers', end.id);
    const failures = log.filter(({ kind }) => kind === 'stage.failed');
    expect(failures.map(({ facts }) => [facts['stage'], facts['code']])).toEqual([
      [refusal.stage, refusal.code],
    ]);
    const later = STAGES.slice(STAGES.indexOf(refusal.stage) + 1);
    expect(
      asked?.cutover.stages.filter(({ name, attempts }) => later.includes(name) && attempts > 0),
    ).toEqual([]);
    expect(end.status).toBe(refusal.end);
    const side = refusal.end === 'completed' ? 'target' : 'source';
    expect(await workload.about()).toMatchObject({
      activeSide: side,
      sides: {
        source: { writable: side === 'source' },
        target: { writable: side === 'target' },
      },
    });
  });

  it('R148 asks those who may decide a rollback once users may have moved, and operators before', () => {
    const rolesAt = Object.fromEntries(all.map(({ refusal, asked }) => [refusal.id, asked?.gate.roles]));
    expect(rolesAt['unhealthy']).toEqual(['operator', 'lead']);
    for (const id of ['unswitched', 'unsigned', 'reopened'])
      expect([id, rolesAt[id]]).toEqual([id, ['approver', 'owner', 'lead']]);
  });
});
