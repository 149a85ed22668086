import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CommandKind } from '../../../shared/contracts/command';
import type { Cutover, StageState } from '../../../shared/contracts/cutover';
import { decideCommand } from '../../../shared/domain/commands';
import { sampleCutover } from '../../support/sample-cutover';
import { sampleItinerary, sampleStages, START } from '../../support/sample-plan';

const RETIRE = {
  name: 'retire',
  title: 'Retire',
  work: { kind: 'step', step: 'stabilise' },
  pointOfNoReturn: true,
} as const;
const skippable = sampleStages.map((stage) => ({ ...stage, skippable: stage.name !== 'stop' }));
const itinerary = sampleItinerary([...skippable, RETIRE]);
const fresh = (change: Partial<Cutover> = {}): Cutover => sampleCutover(change, itinerary);

type Move = CommandKind | 'begin' | 'finish' | 'fail' | 'end';
const move = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom<Move>('begin', 'finish', 'fail') },
  { weight: 8, arbitrary: fc.constantFrom<Move>(...CommandKind.options) },
  { weight: 1, arbitrary: fc.constant<Move>('end') },
);

const isCommand = (kind: Move): kind is CommandKind =>
  (CommandKind.options as readonly string[]).includes(kind);

const setStage = (cutover: Cutover, name: string, change: Partial<StageState>): Cutover => ({
  ...cutover,
  stage: name,
  stages: cutover.stages.map((state) => (state.name === name ? { ...state, ...change } : state)),
});

/** What running the itinerary does to the stages, without a store. */
const proceed = (cutover: Cutover, kind: Exclude<Move, CommandKind>): Cutover => {
  if (kind === 'end') return { ...cutover, status: 'completed', endedAt: START };
  const current = cutover.stages.find((state) => state.status !== 'done' && state.status !== 'skipped');
  if (!current || cutover.turningBack || cutover.endedAt) return cutover;
  if (kind === 'begin' && current.status === 'pending')
    return setStage(cutover, current.name, { status: 'running', attempts: current.attempts + 1 });
  if (current.status !== 'running' || kind === 'begin') return cutover;
  return setStage(cutover, current.name, { status: kind === 'finish' ? 'done' : 'failed' });
};

const stateOf = (cutover: Cutover, name: string): StageState =>
  cutover.stages.find((state) => state.name === name)!;

interface Moment {
  readonly before: Cutover;
  readonly kind: CommandKind;
  readonly verdict: ReturnType<typeof decideCommand>;
  readonly trafficEverMoved: boolean;
}

/** Plays moves, after some stages that went well, and looks at every command decided on the way. */
const alongEveryWay = (look: (moment: Moment) => void): void =>
  fc.assert(
    fc.property(fc.nat(itinerary.stages.length), fc.array(move, { maxLength: 30 }), (wellDone, moves) => {
      let cutover = fresh();
      let trafficEverMoved = false;
      const start = Array.from({ length: wellDone }, (): Move[] => ['begin', 'finish']).flat();
      for (const kind of [...start, ...moves]) {
        if (!isCommand(kind)) {
          cutover = proceed(cutover, kind);
          trafficEverMoved ||= stateOf(cutover, 'redirect').status === 'running';
          continue;
        }
        const verdict = decideCommand(cutover, kind, `please ${kind}`, 'Otto');
        look({ before: cutover, kind, verdict, trafficEverMoved });
        if (verdict.kind === 'applied') cutover = verdict.cutover;
      }
    }),
    { numRuns: 500 },
  );

describe('commands to a cutover', () => {
  it('R148 never cancels once traffic may have moved, also after the redirection failed and is to be tried again', () => {
    let seen = 0;
    alongEveryWay(({ kind, verdict, trafficEverMoved }) => {
      if (kind !== 'cancel' || !trafficEverMoved) return;
      seen += 1;
      expect(verdict.kind).toBe('refused');
    });
    expect(seen).toBeGreaterThan(0);
    const failed = setStage(fresh(), 'redirect', { status: 'failed', attempts: 1 });
    const retried = decideCommand(failed, 'retry', 'once more', 'Otto');
    expect(retried.kind).toBe('applied');
    if (retried.kind === 'applied')
      expect(decideCommand(retried.cutover, 'cancel', 'stop', 'Otto')).toEqual({
        kind: 'refused',
        reason: 'traffic has moved: ask for a rollback instead',
      });
  });

  it('never takes back that it turns back, and decides nothing after that or after the end', () => {
    alongEveryWay(({ before, verdict }) => {
      if (before.turningBack || before.endedAt) expect(verdict.kind).toBe('refused');
    });
  });

  it('never turns back behind the point of no return', () => {
    alongEveryWay(({ before, verdict }) => {
      if (stateOf(before, 'retire').status !== 'done' || verdict.kind !== 'applied') return;
      expect(verdict.cutover.turningBack).toBeNull();
    });
    const over = setStage(fresh(), 'retire', { status: 'done', attempts: 1 });
    for (const kind of ['cancel', 'rollback'] as const)
      expect(decideCommand(over, kind, 'back', 'Otto')).toEqual({
        kind: 'refused',
        reason: 'the point of no return has passed',
      });
  });

  it('retries and skips only the stage that failed, and skips only what may be left out', () => {
    const seen = { retry: 0, skip: 0 };
    alongEveryWay(({ before, kind, verdict }) => {
      if ((kind !== 'skip' && kind !== 'retry') || verdict.kind !== 'applied') return;
      seen[kind] += 1;
      const changed = before.stages.filter((state, index) => state !== verdict.cutover.stages[index]);
      expect(changed.map(({ name, status }) => ({ name, status }))).toEqual([
        { name: before.stage, status: 'failed' },
      ]);
      const after = stateOf(verdict.cutover, before.stage!);
      expect(after.status).toBe(kind === 'skip' ? 'skipped' : 'pending');
      expect(after.attempts).toBe(stateOf(before, before.stage!).attempts);
      if (kind === 'retry') return;
      expect(itinerary.stages.find(({ name }) => name === before.stage)?.skippable).toBe(true);
      expect(after.reason).toBe('please skip');
    });
    expect(Math.min(seen.retry, seen.skip)).toBeGreaterThan(0);
    const failed = setStage(fresh(), 'stop', { status: 'failed', attempts: 1 });
    expect(decideCommand(failed, 'skip', 'no time', 'Otto')).toEqual({
      kind: 'refused',
      reason: 'stage stop must not be skipped',
    });
  });

  it('keeps pause and hold apart: each is taken back only by its own counterpart', () => {
    const counterpart = {
      pause: ['paused', true],
      resume: ['paused', false],
      hold: ['held', true],
      release: ['held', false],
    } as const;
    alongEveryWay(({ before, kind, verdict }) => {
      const after = verdict.kind === 'applied' ? verdict.cutover : before;
      const effect = Object.entries(counterpart).find(([name]) => name === kind)?.[1];
      for (const field of ['paused', 'held'] as const) {
        const expected = effect?.[0] === field && verdict.kind === 'applied' ? effect[1] : before[field];
        expect(after[field]).toBe(expected);
      }
      expect(after.holdReason).toBe(after.held ? 'please hold' : null);
      if (effect && !before.turningBack && !before.endedAt)
        expect(verdict.kind).toBe(before[effect[0]] === effect[1] ? 'refused' : 'applied');
    });
  });

  it('gives a reason with every refusal, the same verdict every time, and leaves what it was given as it was', () => {
    alongEveryWay(({ before, kind, verdict }) => {
      const text = JSON.stringify(before);
      expect(decideCommand(before, kind, `please ${kind}`, 'Otto')).toEqual(verdict);
      expect(JSON.stringify(before)).toBe(text);
      if (verdict.kind === 'refused') expect(verdict.reason).not.toBe('');
    });
  });
});
