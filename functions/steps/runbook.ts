import type { Gate } from '../../shared/contracts/gate';
import type { RunbookAsset, RunbookExecution, RunbookStep } from '../../shared/contracts/runbook';
import type { Evidence, StepResult } from '../../shared/contracts/step';
import { MigrationError } from '../../shared/contracts/errors';
import { boundariesOf, runbookAssetsOf, runbookInWords } from '../../shared/domain/assets';
import { sha256Hex } from '../../shared/domain/hash';
import { cutoverPartition, gateType } from '../../shared/ledger/documents';
import { gateIdOf } from '../../shared/ledger/gates';
import { changeRunbookRun, readRunbookRun } from '../../shared/ledger/runbook-runs';
import {
  cancelRun,
  driveRunbook as drive,
  type Driven,
  type RunbookMemory,
  type RunbookPhase,
  type StepAnswer,
} from '../../shared/movers/runbook';
import type { Services } from '../services';
import { done, failed, type Step, type StepContext } from './step';

/** What is remembered of an asset's run, with the log as its witness. */
export const runbookMemory = (
  { ledger, runbooks }: Services,
  cutoverId: string,
  asset: RunbookAsset,
): RunbookMemory => ({
  read: () => readRunbookRun(ledger, cutoverId, asset.id),
  change: (decide) =>
    changeRunbookRun(ledger, cutoverId, asset.id, (run, now) => {
      const change = decide(run, now);
      if (!change) return null;
      const actor = runbooks.open(asset).source;
      return { run: change.run, entry: change.entry && { ...change.entry, actor } };
    }),
});

/** The try of the stage that this order belongs to. */
const attemptOf = ({ cutover, order }: StepContext): number =>
  cutover.stages.find((stage) => stage.name === order.stage)?.attempts ?? 1;

/** Names a step's gate: readable, within an id's alphabet, and never the same for two steps. */
const topicOf = (asset: RunbookAsset, step: RunbookStep): string => {
  const words = `${asset.id}-${step.id}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 34);
  return `${words.replace(/^-+|-+$/g, '')}-${sha256Hex(`${asset.id}/${step.id}`).slice(0, 10)}`;
};

/** Who let the run go on, and why, as the service is told. */
const commentOf = ({ cutover }: StepContext, by: string, reason: string): string =>
  `Causeway, cutover ${cutover.id}, plan ${cutover.planHash.slice(0, 12)}: ${by}: ${reason}`.slice(0, 1_000);

/** The answer to go/no-go or sign-off, which stands for the step that waits for it. */
const answerOfStage = (context: StepContext, stage: string): StepAnswer => {
  const state = context.cutover.stages.find(({ name }) => name === stage);
  if (state?.status !== 'done' || state.evidence === null) return null;
  const { source, summary } = state.evidence;
  return { kind: 'agreed', comment: commentOf(context, source.replace(/^statement:/, ''), summary) };
};

const answerOfGate = async (
  context: StepContext,
  gate: 'statement' | 'runbook-approval',
  topic: string,
): Promise<StepAnswer> => {
  const subject = cutoverPartition(context.cutover.id);
  const id = gateIdOf({ subject, gate, stage: topic, attempt: attemptOf(context) });
  const stored = await context.services.ledger.store.read(gateType, subject, id);
  return stored === null || stored.body.status === 'open' ? null : closedAnswer(context, stored.body);
};

const closedAnswer = (context: StepContext, { status, outcome, decisions }: Gate): StepAnswer => {
  if (status !== 'decided') return { kind: 'refused', reason: 'nobody answered in time' };
  const decision = decisions.find(({ choice }) => choice === outcome);
  const by = decision?.by ?? 'unknown';
  const reason = [decision?.reason, decision?.evidence].filter((text) => text !== undefined).join(' — ');
  if (outcome === 'approve' || outcome === 'confirm')
    return { kind: 'agreed', comment: commentOf(context, by, reason) };
  return { kind: 'refused', reason: `${by}: ${reason}` };
};

const answerTo =
  (context: StepContext, asset: RunbookAsset) =>
  async (step: RunbookStep): Promise<StepAnswer> => {
    const { cutoverStep, finishStep } = boundariesOf(asset);
    if (step.id === cutoverStep) return answerOfStage(context, 'go-no-go');
    if (step.id === finishStep) return answerOfStage(context, 'sign-off');
    return answerOfGate(
      context,
      step.kind === 'manual' ? 'statement' : 'runbook-approval',
      topicOf(asset, step),
    );
  };

/** Goes on with the asset's run as far as the phase allows; one look at it each time. */
export const lookAfter = (
  context: StepContext,
  asset: RunbookAsset,
  phase: RunbookPhase,
): Promise<Driven> => {
  const { services, cutover, order } = context;
  const { cutoverStep, finishStep } = boundariesOf(asset);
  return drive(
    {
      runbook: services.runbooks.open(asset),
      memory: runbookMemory(services, cutover.id, asset),
      nowMs: () => services.clock.now().getTime(),
      answerTo: answerTo(context, asset),
    },
    { assetId: asset.id, phase, cutoverStep, finishStep, attemptKey: `${order.stage}.${attemptOf(context)}` },
  );
};

/** What a look came to, but for a phase that is done. */
export const asStepResult = (
  context: StepContext,
  asset: RunbookAsset,
  driven: Exclude<Driven, { kind: 'level' }>,
): StepResult => {
  switch (driven.kind) {
    case 'pending':
      return { ...driven, detail: driven.detail.slice(0, 500) };
    case 'failed':
      return failed(driven.code, `${runbookInWords(asset)}: ${driven.reason}`);
    case 'ask':
      return { kind: 'needsDecision', question: questionAbout(context, asset, driven.step) };
  }
};

const questionAbout = (context: StepContext, asset: RunbookAsset, step: RunbookStep) => {
  const { total, done: ready } = step.entities;
  const scope = total > 0 ? ` It covers ${total} entities, ${ready} of them done by now.` : '';
  const detail = step.detail === '' ? '' : ` The service says: ${step.detail}`;
  const base = { topic: topicOf(asset, step), attempt: attemptOf(context) };
  if (step.kind === 'manual')
    return {
      ...base,
      asks: 'statement' as const,
      question: `${runbookInWords(asset)} waits for work by hand: ${step.name}. Do it, then state what was done.${scope}${detail}`,
      roles: ['operator' as const, 'lead' as const],
    };
  return {
    ...base,
    asks: 'approval' as const,
    question: `${runbookInWords(asset)} waits for an approval: ${step.name}. May it go on, for all of its entities, also those that become ready later?${scope}${detail}`,
    roles: ['approver' as const],
  };
};

/** Facts for the log, at most this many steps one by one. */
const TOLD_STEPS = 200;

const factsOf = (asset: RunbookAsset, { runId, state, steps }: RunbookExecution): Evidence['facts'] => ({
  assetId: asset.id,
  runId,
  state,
  stepCount: steps.length,
  steps: steps.slice(0, TOLD_STEPS).map((step) => ({ id: step.id, name: step.name, state: step.state })),
});

const doubtsInWords = (
  asset: RunbookAsset,
  { doubts, execution }: Extract<Driven, { kind: 'level' }>,
): string =>
  `${runbookInWords(asset)}, run ${execution.runId}: ${doubts.join('; ')}. Confirm that this is accepted, with what you saw.`.slice(
    0,
    2_000,
  );

/** Doubts about the end of a run where the stage goes on afterwards: null once a person has accepted them. */
export const unacceptedDoubts = async (
  context: StepContext,
  asset: RunbookAsset,
  level: Extract<Driven, { kind: 'level' }>,
): Promise<StepResult | null> => {
  if (level.doubts.length === 0) return null;
  const topic = `${asset.id.slice(0, 30)}-run-ended`;
  const answer = await answerOfGate(context, 'statement', topic);
  if (answer?.kind === 'agreed') return null;
  if (answer?.kind === 'refused') return failed('rejected', answer.reason);
  const question = doubtsInWords(asset, level);
  const base = { topic, attempt: attemptOf(context), asks: 'statement' as const };
  return { kind: 'needsDecision', question: { ...base, question, roles: ['owner', 'lead'] } };
};

const levelResult = (
  { services }: StepContext,
  asset: RunbookAsset,
  level: Extract<Driven, { kind: 'level' }>,
): StepResult => {
  const { reason, doubts, execution } = level;
  if (doubts.length > 0) {
    const question = doubtsInWords(asset, level);
    return { kind: 'needsStatement', request: { question, roles: ['owner', 'lead'] } };
  }
  const { source } = services.runbooks.open(asset);
  return done(source, `${asset.id}: ${reason}`, factsOf(asset, execution));
};

export const runbookAssetOf = ({ cutover, order }: StepContext): RunbookAsset => {
  const asset = runbookAssetsOf(cutover.workload).find(({ id }) => id === order.input['assetId']);
  if (!asset)
    throw new MigrationError('internal', `order ${order.key} names no runbook of ${cutover.workloadId}`);
  return asset;
};

/** A phase of a transfer, done by the service: starts, follows and governs the run of one asset's runbook. */
export const driveRunbook: Step = async (context) => {
  const asset = runbookAssetOf(context);
  const { phase } = context.order.input;
  const words = runbookInWords(asset);
  if (phase === 'incremental')
    return done('workload-record', `${asset.id}: ${words} keeps its target level by itself; nothing to copy`);
  if (phase === 'initial' && boundariesOf(asset).cutoverStep === null)
    return done('workload-record', `${asset.id}: ${words} names no cutover step: it runs in the final pass`);
  const driven = await lookAfter(context, asset, phase === 'initial' ? 'initial' : 'final');
  return driven.kind === 'level' ? levelResult(context, asset, driven) : asStepResult(context, asset, driven);
};

/** Before the source is given back, no run may go on moving it: null once all are over. */
export const cancelRuns = async (context: StepContext): Promise<StepResult | null> => {
  const { services, cutover } = context;
  for (const asset of runbookAssetsOf(cutover.workload)) {
    const memory = runbookMemory(services, cutover.id, asset);
    const stopped = await cancelRun(services.runbooks.open(asset), memory, services.clock.now().getTime());
    if (stopped.kind === 'pending') return { ...stopped, detail: stopped.detail.slice(0, 500) };
    if (stopped.kind === 'failed') return failed(stopped.code, `${runbookInWords(asset)}: ${stopped.reason}`);
  }
  return null;
};
