import type {
  Activities,
  EnvironmentAnswer,
  EnvironmentQuestion,
  EnvironmentRound,
  EnvironmentStatement,
  GateQuestion,
} from './activities';
import type { Durable, Workflow } from './durable';
import { gate, type GateOutcome } from './gate';
import { reasonOf } from './reason-of';
import { call, isLong, startRun, waitForWake, type Run } from './run';

type Asked = 'provision' | 'environment-acceptance' | 'cleanup';

/**
 * Provisions an environment (R72 R88): works out what would change, asks people, deploys exactly that, and has a test environment
 * accepted. Where the prediction has changed meanwhile, people are asked anew. Starting afresh from the top is harmless: what was
 * begun is known by its name, and a gate answered stays answered.
 */
export const provision = (durable: Durable, input: EnvironmentRound): Workflow<void> =>
  endingAnyhow(startRun(durable), input, provisioning);

function* provisioning(run: Run, input: EnvironmentRound): Workflow<void> {
  const { durable } = run;
  for (;;) {
    const planned = yield* patiently(run, 'planEnvironment', input);
    if (planned.kind === 'ended') return;
    const outcome = yield* ask(run, input, 'provision', planned);
    if (outcome.kind === 'interrupted') return durable.continueAsNew(input);
    const begun = yield* patiently(run, 'beginProvisioning', { ...input, ...answerOf(outcome) });
    if (begun.kind === 'ended') return;
    if (begun.kind === 'begun') break;
    if (isLong(run)) return durable.continueAsNew(input);
  }
  for (;;) {
    const watched = yield* patiently(run, 'watchProvisioning', input);
    if (watched.kind === 'ended') return;
    if (watched.kind === 'statement') {
      if (!(yield* haveStated(run, input, watched))) return durable.continueAsNew(input);
      continue;
    }
    if (watched.kind === 'question') {
      const outcome = yield* ask(run, input, 'environment-acceptance', watched);
      if (outcome.kind === 'interrupted') return durable.continueAsNew(input);
      yield* call(run, 'endAcceptance', { ...input, ...answerOf(outcome) });
      return;
    }
    if (isLong(run)) return durable.continueAsNew(input);
    yield* waitForWake(run, watched.untilMs);
  }
}

/** Looks at what an environment has become (R93 R132 R134); people state what only they can see (R95). */
export const inspection = (durable: Durable, input: EnvironmentRound): Workflow<void> =>
  endingAnyhow(startRun(durable), input, inspecting);

function* inspecting(run: Run, input: EnvironmentRound): Workflow<void> {
  for (;;) {
    const examined = yield* patiently(run, 'examineEnvironment', input);
    if (examined === null) return;
    if (!(yield* haveStated(run, input, examined))) return run.durable.continueAsNew(input);
  }
}

/** Removes what Causeway made for an environment: listed, approved, deleted until it is gone. */
export const removal = (durable: Durable, input: EnvironmentRound): Workflow<void> =>
  endingAnyhow(startRun(durable), input, removing);

function* removing(run: Run, input: EnvironmentRound): Workflow<void> {
  const { durable } = run;
  const listed = yield* patiently(run, 'listResidue', input);
  if (listed.kind === 'ended') return;
  const outcome = yield* ask(run, input, 'cleanup', listed);
  if (outcome.kind === 'interrupted') return durable.continueAsNew(input);
  for (;;) {
    const removed = yield* patiently(run, 'removeResidue', { ...input, ...answerOf(outcome) });
    if (removed.kind === 'ended') return;
    if (isLong(run)) return durable.continueAsNew(input);
    yield* waitForWake(run, removed.untilMs);
  }
}

const PATIENCE = 5;
const MINUTE_MS = 60_000;

/** Azure may throttle for minutes: what keeps failing is tried again after one, two, three and four of them. */
function* patiently<N extends keyof Activities>(
  run: Run,
  name: N,
  input: Activities[N]['input'],
): Workflow<Activities[N]['output']> {
  for (let tries = 1; ; tries += 1) {
    try {
      return yield* call(run, name, input);
    } catch (error) {
      if (tries === PATIENCE) throw error;
    }
    yield* waitForWake(run, run.durable.nowMs() + tries * MINUTE_MS);
  }
}

/** What cannot be done ends the action, so that people see it and may ask again. */
function* endingAnyhow(
  run: Run,
  input: EnvironmentRound,
  work: (run: Run, input: EnvironmentRound) => Workflow<void>,
): Workflow<void> {
  try {
    yield* work(run, input);
  } catch (error) {
    yield* call(run, 'failEnvironment', { ...input, reason: reasonOf(error) });
  }
}

const ask = (
  run: Run,
  { environmentId }: EnvironmentRound,
  name: Asked,
  { attempt, question }: EnvironmentQuestion,
): Workflow<GateOutcome> =>
  gate(run, {
    subject: `environment:${environmentId}`,
    gate: name,
    stage: name,
    attempt,
    question,
    choices: ['approve', 'reject'],
    roles: ROLES[name],
    quorum: 'any',
  });

/** Has a person look at an item of the checklist; false where this execution has grown long. Expired, it does not hold. */
function* haveStated(
  run: Run,
  input: EnvironmentRound,
  { itemId, attempt, question, roles }: EnvironmentStatement,
): Workflow<boolean> {
  const outcome = yield* gate(run, {
    subject: `environment:${input.environmentId}`,
    gate: 'environment-checklist',
    stage: itemId,
    attempt,
    question,
    choices: ['confirm', 'reject'],
    roles,
    quorum: 'any',
  });
  if (outcome.kind === 'interrupted') return false;
  const { approved: _, ...answer } = answerOf(outcome);
  const holds = outcome.outcome === 'confirm';
  const { evidence } = outcome;
  yield* call(run, 'endStatement', { ...input, itemId, question, holds, evidence, ...answer });
  return true;
}

const ROLES: Readonly<Record<Asked, GateQuestion['roles']>> = {
  provision: ['approver'],
  'environment-acceptance': ['tester'],
  cleanup: ['approver'],
};

const answerOf = (outcome: Extract<GateOutcome, { kind: 'closed' }>): EnvironmentAnswer => ({
  approved: outcome.outcome === 'approve',
  by: outcome.by,
  reason: outcome.status === 'expired' ? 'nobody answered in time' : outcome.reason,
});
