import type { Evidence, StepResult } from '../../shared/contracts/step';
import { control, factsOf, healthInWords } from './control';
import { compareReturned } from './postgres/compare-returned';
import { done, failed, isManual, type Step, type StepContext } from './step';
import { whyNotAtSource } from './switching/put-back-traffic';

/** Whether users may have written to the target: those writes stay there, and somebody must look at them. */
const targetWasOpen = ({ cutover }: StepContext): boolean =>
  cutover.stages.some((stage) => stage.name === 'redirect' && stage.attempts > 0);

const QUESTION =
  'Do users reach the source again, does it serve, take writes and pass its health check, and is the target closed for writes? Say how you saw each.';

/**
 * R56: the old state is back: users reach the source, it serves, takes writes and is healthy; the target takes none. Once that is so,
 * with users back, a database that was failed back is compared with the one that follows it.
 */
export const verifyRollback: Step = async (context) => {
  if (isManual(context)) return askPeople(context);
  const seen = await lookAtSides(context);
  if (seen.kind === 'stopped') return seen.result;
  const databases = await compareReturned(context);
  if (databases !== null && databases.kind !== 'done') return databases;
  const compared =
    context.cutover.stages.find((stage) => stage.name === 'stop-source')?.evidence?.facts['compared'] ?? [];
  const note = targetWasOpen(context)
    ? ' Writes made on the target since the redirection, if any, are still there.'
    : '';
  const told = databases === null ? '' : ` ${databases.evidence.summary}.`;
  return done(seen.source, `the source serves its users as before.${note}${told}`, {
    ...seen.facts,
    compared,
    ...(databases && { databases: databases.evidence.facts }),
  });
};

const askPeople = async (context: StepContext): Promise<StepResult> => {
  const databases = await compareReturned(context);
  if (databases !== null && databases.kind !== 'done') return databases;
  const question = databases === null ? QUESTION : `${QUESTION} (${databases.evidence.summary}.)`;
  return {
    kind: 'needsStatement',
    request: { question: question.slice(0, 2_000), roles: ['operator', 'owner'] },
  };
};

type Seen =
  | { readonly kind: 'restored'; readonly source: string; readonly facts: Evidence['facts'] }
  | { readonly kind: 'stopped'; readonly result: StepResult };

const lookAtSides = async (context: StepContext): Promise<Seen> => {
  const source = await control(context, 'health', 'source');
  if (source.kind === 'stopped') return source;
  const { reply } = source;
  const astray = await whyNotAtSource(context, reply);
  const problems = [
    ...(astray === null ? [] : [astray]),
    ...(reply.serving ? [] : ['the source does not serve']),
    ...(reply.writable ? [] : ['the source takes no writes']),
    ...(reply.healthy ? [] : [`the source is not healthy: ${healthInWords(reply)}`]),
  ];
  const target = await control(context, 'status', 'target');
  if (target.kind === 'stopped') return target;
  if (target.reply.writable) problems.push('the target takes writes');
  const facts = { source: factsOf(reply), target: factsOf(target.reply) };
  return problems.length > 0
    ? { kind: 'stopped', result: failed('not-restored', problems.join('; '), facts) }
    : { kind: 'restored', source: source.evidence.source, facts };
};
