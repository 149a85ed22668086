import { control, factsOf, healthInWords } from './control';
import { done, failed, isManual, type Step, type StepContext } from './step';
import { whyNotAtSource } from './switching/put-back-traffic';

/** Whether users may have written to the target: those writes stay there, and somebody must look at them. */
const targetWasOpen = ({ cutover }: StepContext): boolean =>
  cutover.stages.some((stage) => stage.name === 'redirect' && stage.attempts > 0);

const QUESTION =
  'Do users reach the source again, does it serve, take writes and pass its health check, and is the target closed for writes? Say how you saw each.';

/** R56: the old state is back: users reach the source, it serves, takes writes and is healthy; the target takes none. */
export const verifyRollback: Step = async (context) => {
  if (isManual(context))
    return { kind: 'needsStatement', request: { question: QUESTION, roles: ['operator', 'owner'] } };
  const source = await control(context, 'health', 'source');
  if (source.kind === 'stopped') return source.result;
  const { reply } = source;
  const astray = await whyNotAtSource(context, reply);
  const problems = [
    ...(astray === null ? [] : [astray]),
    ...(reply.serving ? [] : ['the source does not serve']),
    ...(reply.writable ? [] : ['the source takes no writes']),
    ...(reply.healthy ? [] : [`the source is not healthy: ${healthInWords(reply)}`]),
  ];
  const target = await control(context, 'status', 'target');
  if (target.kind === 'stopped') return target.result;
  if (target.reply.writable) problems.push('the target takes writes');
  const facts = { source: factsOf(reply), target: factsOf(target.reply) };
  if (problems.length > 0) return failed('not-restored', problems.join('; '), facts);
  const compared =
    context.cutover.stages.find((stage) => stage.name === 'stop-source')?.evidence?.facts['compared'] ?? [];
  const note = targetWasOpen(context)
    ? ' Writes made on the target since the redirection, if any, are still there.'
    : '';
  return done(source.evidence.source, `the source serves its users as before.${note}`, {
    ...facts,
    compared,
  });
};
