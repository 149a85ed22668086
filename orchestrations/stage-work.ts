import type { Stage } from '../shared/contracts/itinerary';
import type { Evidence, StatementRequest, StepName, WorkOrder } from '../shared/contracts/step';
import type { GateQuestion, StageEnd } from './activities';
import type { Workflow } from './durable';
import { armedHold, type Held } from './armed-hold';
import { driveRunbook } from './drive-runbook';
import { gate, GATE_EXPIRED, REJECTED } from './gate';
import { perform } from './perform';
import { reasonOf } from './reason-of';
import { replicate } from './replicate';
import type { Run } from './run';
import type { TransferInput, TransferOutcome } from './transfer';

/** The cutover's own part of what a stage needs to run. */
export interface StageContext {
  readonly cutoverId: string;
  readonly assetIds: readonly string[];
  /** Those of them that another service moves; absent in runs of before there were such. */
  readonly runbookIds?: readonly string[];
  /** Databases that are followed until they switch; absent in runs of before there were such. */
  readonly followedIds?: readonly string[];
}

export type StageOutcome = StageEnd | { readonly kind: 'interrupted' };

/** The key of a stage's order: the same for every repetition of one attempt. */
export const orderFor = (cutoverId: string, stage: string, attempt: number, step: StepName): WorkOrder => ({
  key: `${cutoverId}.${stage}.${attempt}.${step}`,
  cutoverId,
  stage,
  step,
  input: { attempt },
});

/** Does what a stage is for, whatever kind of work that is. */
export function* stageWork(
  run: Run,
  context: StageContext,
  stage: Stage,
  attempt: number,
): Workflow<StageOutcome> {
  const { work } = stage;
  switch (work.kind) {
    case 'step':
      return yield* stepWork(run, context.cutoverId, stage.name, attempt, work.step);
    case 'gate': {
      return approvalEnd(yield* gate(run, questionOf(context.cutoverId, stage.name, attempt, work)));
    }
    case 'transfer':
      return yield* transferWork(run, context, stage.name, attempt, work.phase);
    case 'armed-hold': {
      const { cutoverId } = context;
      const question = questionOf(cutoverId, stage.name, attempt, work);
      const watch = orderFor(cutoverId, stage.name, attempt, work.watch);
      return approvalEnd(yield* armedHold(run, question, watch));
    }
  }
}

const questionOf = (
  cutoverId: string,
  stage: string,
  attempt: number,
  {
    gate: name,
    question,
    roles,
  }: Pick<Extract<Stage['work'], { kind: 'gate' }>, 'gate' | 'question' | 'roles'>,
): GateQuestion => ({
  subject: `cutover:${cutoverId}`,
  gate: name,
  stage,
  attempt,
  question,
  choices: ['approve', 'reject'],
  roles,
  quorum: 'all',
});

/** Performs a step; where only a person can do or know it, asks that person. */
export function* stepWork(
  run: Run,
  cutoverId: string,
  stage: string,
  attempt: number,
  step: StepName,
): Workflow<StageOutcome> {
  const result = yield* perform(run, orderFor(cutoverId, stage, attempt, step));
  switch (result.kind) {
    case 'done':
    case 'interrupted':
      return result;
    case 'needsStatement':
      return yield* statement(run, cutoverId, stage, attempt, result.request);
    case 'refused':
    case 'failed':
      return { ...result, kind: 'failed' };
  }
}

function* statement(
  run: Run,
  cutoverId: string,
  stage: string,
  attempt: number,
  request: StatementRequest,
): Workflow<StageOutcome> {
  const outcome = yield* gate(run, {
    subject: `cutover:${cutoverId}`,
    gate: 'statement',
    stage,
    attempt,
    question: request.question,
    choices: ['confirm', 'reject'],
    roles: request.roles,
    quorum: 'any',
  });
  return approvalEnd(outcome);
}

const approvalEnd = (outcome: Held): StageOutcome => {
  if (outcome.kind !== 'closed') return outcome;
  const agreed = outcome.outcome === 'approve' || outcome.outcome === 'confirm';
  if (outcome.status === 'withdrawn') return { kind: 'interrupted' };
  if (outcome.status === 'expired')
    return { kind: 'failed', code: GATE_EXPIRED, reason: 'nobody answered in time' };
  if (!agreed) return { kind: 'failed', code: REJECTED, reason: `${outcome.by}: ${outcome.reason}` };
  const facts: Evidence['facts'] = outcome.evidence === null ? {} : { evidence: outcome.evidence };
  return {
    kind: 'done',
    evidence: { source: `statement:${outcome.by}`.slice(0, 200), summary: outcome.reason, facts },
  };
};

/**
 * Moves every asset in turn; each asset's transfer is an orchestration of its own, but for what another service moves and databases
 * that are followed. What none of them can move is put before a person once, in the end.
 */
function* transferWork(
  run: Run,
  context: StageContext,
  stage: string,
  attempt: number,
  phase: TransferInput['phase'],
): Workflow<StageOutcome> {
  const summaries: string[] = [];
  const facts: Evidence['facts'] = {};
  const requests: StatementRequest[] = [];
  for (const assetId of context.assetIds) {
    run.steps += 1;
    const input: TransferInput = {
      cutoverId: context.cutoverId,
      stage,
      attempt,
      phase,
      assetId,
      resume: null,
    };
    const outcome = yield* move(run, context, input);
    if (outcome.kind === 'needsStatement') requests.push(outcome.request);
    else if (outcome.kind !== 'done') return outcome;
    summaries.push(outcome.evidence.summary);
    facts[assetId] = outcome.evidence.facts;
  }
  const source = context.followedIds?.length ? 'movers' : 'files-mover';
  const evidence = { source, summary: summaries.join('; ').slice(0, 2_000), facts };
  const [first] = requests;
  if (!first) return { kind: 'done', evidence };
  const question = requests.map((request) => request.question).join(' ');
  const stated = yield* statement(run, context.cutoverId, stage, attempt, { ...first, question });
  return stated.kind === 'done' ? { kind: 'done', evidence: accepted(evidence, stated.evidence) } : stated;
}

/** The mover's evidence with the word of the person who accepted what stays behind; no asset can have the fact's name. */
const accepted = (moved: Evidence, { source, summary, facts }: Evidence): Evidence => ({
  source: moved.source,
  summary: `Accepted by ${source}: ${moved.summary}`.slice(0, 2_000),
  facts: { ...moved.facts, staysBehind: { acceptedBy: source, reason: summary, ...facts } },
});

function* move(
  run: Run,
  { runbookIds, followedIds }: StageContext,
  input: TransferInput,
): Workflow<TransferOutcome> {
  if (runbookIds?.includes(input.assetId)) return yield* driveRunbook(run, input);
  if (followedIds?.includes(input.assetId)) return yield* replicate(run, input);
  return yield* moveAsset(run, input);
}

function* moveAsset(run: Run, input: TransferInput): Workflow<TransferOutcome> {
  try {
    return (yield run.durable.child('transfer', input)) as TransferOutcome;
  } catch (error) {
    return { kind: 'failed', code: 'transfer-error', reason: reasonOf(error) };
  }
}
