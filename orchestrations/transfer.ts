import type { Evidence, StatementRequest, StepName, WorkOrder } from '../shared/contracts/step';
import type { TransferPhase } from '../shared/contracts/transfer';
import type { Attempted, StageEnd } from './activities';
import type { Durable, Workflow } from './durable';
import { perform, type Performed } from './perform';
import { reasonOf } from './reason-of';
import { call, isLong, startRun, waitForWake, type Run } from './run';

export interface TransferInput {
  readonly cutoverId: string;
  readonly stage: string;
  readonly attempt: number;
  readonly phase: TransferPhase;
  readonly assetId: string;
  /** Where an earlier execution of this transfer stopped; null at the beginning. */
  readonly resume: PassPosition | null;
}

/** One enumeration of one pass. */
interface PassName {
  readonly pass: number;
  /** Absent: the first. */
  readonly generation?: number;
}

/** How far the fan-out over a pass's parts has come. */
interface PassPosition extends PassName {
  readonly parts: number;
  /** The first part nobody has begun; parts count from 1. */
  readonly next: number;
  /** Begun and not finished. */
  readonly unfinished: readonly number[];
}

export type TransferOutcome =
  | StageEnd
  | { readonly kind: 'interrupted' }
  /** All is moved that can be; done once a person accepts the rest. */
  | { readonly kind: 'needsStatement'; readonly request: StatementRequest; readonly evidence: Evidence };
type PassOutcome =
  Exclude<Performed, { kind: 'needsStatement' }> | { readonly kind: 'fresh'; readonly resume: PassPosition };

/**
 * Moves one asset in passes, each fanned out over its parts in time-boxed slices, until the phase has nothing more to do
 * (R121 R122 R124 R130). Stops at a checkpoint where commands wait; started again it goes on from the journal.
 */
export function* transfer(durable: Durable, input: TransferInput): Workflow<TransferOutcome> {
  const run = startRun(durable);
  let { resume } = input;
  for (;;) {
    const { cutoverId, assetId, phase, attempt } = input;
    const plan = yield* call(run, 'planPass', { cutoverId, assetId, phase, attempt });
    if (plan.kind === 'level') {
      const { evidence, statement: request } = plan;
      return request ? { kind: 'needsStatement', request, evidence } : { kind: 'done', evidence };
    }
    if (plan.kind === 'failed') return plan;
    const outcome = yield* runPass(run, input, plan, resume);
    resume = null;
    switch (outcome.kind) {
      case 'done':
        continue;
      case 'fresh':
        durable.continueAsNew({ ...input, resume: outcome.resume });
        return { kind: 'interrupted' };
      case 'interrupted':
        return outcome;
      case 'failed':
      case 'refused':
        return { ...outcome, kind: 'failed' };
    }
  }
}

function* runPass(
  run: Run,
  input: TransferInput,
  { pass, generation = 1 }: PassName,
  resume: PassPosition | null,
): Workflow<PassOutcome> {
  const name = { pass, generation };
  let position = resume;
  if (position === null) {
    const enumerated = yield* perform(run, orderOf(input, name, 'enumerateSource', {}));
    if (enumerated.kind !== 'done') return withoutStatement(enumerated);
    position = { ...name, parts: Number(enumerated.evidence.facts['parts']), next: 1, unfinished: [] };
  }
  while (position.unfinished.length > 0 || position.next <= position.parts) {
    if (isLong(run)) return { kind: 'fresh', resume: position };
    const { parallelSlices } = yield* call(run, 'readParallelism', input);
    const step: PassPosition | PassOutcome = yield* copySlices(run, input, position, parallelSlices);
    if ('kind' in step) return step;
    position = step;
  }
  return withoutStatement(yield* perform(run, orderOf(input, name, 'finishPass', {})));
}

/** One round of parallel slices, unfinished parts first. */
function* copySlices(
  run: Run,
  input: TransferInput,
  position: PassPosition,
  parallelSlices: number,
): Workflow<PassPosition | PassOutcome> {
  const fresh = Math.min(
    Math.max(0, parallelSlices - position.unfinished.length),
    position.parts - position.next + 1,
  );
  const chosen = [
    ...position.unfinished.slice(0, parallelSlices),
    ...Array.from({ length: fresh }, (_, index) => position.next + index),
  ];
  const results = yield* copyAll(
    run,
    chosen.map((part) => orderOf(input, position, 'copyPart', { part })),
  );
  const stopped = results.find(({ kind }) => kind !== 'done' && kind !== 'pending' && kind !== 'interrupted');
  if (stopped) return withoutStatement(stopped as Performed);
  if (results.some((result) => result.kind === 'interrupted')) return { kind: 'interrupted' };
  const waits = results.flatMap((result) => (result.kind === 'pending' ? [result.untilMs] : []));
  // Where any slice got on, the next round begins at once.
  const instants = waits.filter((untilMs) => untilMs !== null);
  if (instants.length === results.length) yield* waitForWake(run, Math.min(...instants));
  const unfinished = chosen.filter((_, index) => results[index]?.kind !== 'done');
  return {
    ...position,
    next: position.next + fresh,
    unfinished: [...unfinished, ...position.unfinished.slice(parallelSlices)],
  };
}

/** Slices side by side. One that keeps throwing counts as failed, so that a person decides. */
function* copyAll(run: Run, orders: readonly WorkOrder[]): Workflow<readonly Attempted[]> {
  run.steps += orders.length;
  try {
    const slices = orders.map((order) => run.durable.activity('performWork', order));
    return (yield run.durable.all(slices)) as Attempted[];
  } catch (error) {
    return [{ kind: 'failed', code: 'copy-error', reason: reasonOf(error), facts: {} }];
  }
}

const withoutStatement = (result: Performed): PassOutcome =>
  result.kind === 'needsStatement'
    ? { kind: 'failed', code: 'needs-statement', reason: result.request.question, facts: {} }
    : result;

const orderOf = (
  input: TransferInput,
  { pass, generation = 1 }: PassName,
  step: StepName,
  more: { readonly part?: number },
): WorkOrder => {
  const slice = more.part === undefined ? '' : `.${more.part}`;
  const again = generation === 1 ? '' : `-${generation}`;
  return {
    key: `${input.cutoverId}.${input.assetId}.${pass}${again}.${step}${slice}`,
    cutoverId: input.cutoverId,
    stage: input.stage,
    step,
    input: { assetId: input.assetId, pass, generation, ...more },
  };
};
