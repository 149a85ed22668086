import { keepConfiguration, keptConfiguration } from '../../shared/ledger/kept-configuration';
import { sha256Hex } from '../../shared/domain/hash';
import { canonicalJson } from '../../shared/domain/canonical-json';
import type { ControlReply } from '../../shared/contracts/controls';
import { control, factsOf, type Controlled } from './control';
import { done, failed, isManual, type Step, type StepContext } from './step';

/**
 * R135 R147: sends users to the target, then lets the target take writes. Looks at the source first: whoever opened it since it
 * was stopped has made writes that the target lacks. The configuration before is kept as soon as it is known; an earlier attempt
 * that got as far as the switch is not switched again.
 */
export const redirectTraffic: Step = async (context) => {
  if (isManual(context)) return asked(await control(context, 'switch', 'target'));
  const source = await control(context, 'status', 'source');
  if (source.kind === 'stopped') return source.result;
  if (source.reply.serving || source.reply.writable || source.reply.inFlight > 0)
    return failed('source-open', 'the source was opened again after it was stopped', factsOf(source.reply));
  const switched = source.reply.activeSide === 'target' ? source : await switchToTarget(context);
  if (switched.kind === 'stopped') return switched.result;
  if (switched.reply.activeSide !== 'target')
    return failed('not-switched', 'users still reach the source', factsOf(switched.reply));
  const opened = await control(context, 'start', 'target', { writable: true });
  if (opened.kind === 'stopped') return opened.result;
  if (!opened.reply.serving || !opened.reply.writable)
    return failed('target-not-open', 'the target does not serve or takes no writes', factsOf(opened.reply));
  return done(switched.evidence.source, 'users reach the target; the old configuration is kept', {
    ...factsOf(opened.reply),
    configuration: configurationHash(switched.reply.configurationAfter),
  });
};

const switchToTarget = async (context: StepContext): Promise<Controlled> => {
  const switched = await control(context, 'switch', 'target');
  if (switched.kind === 'replied' && switched.reply.configurationBefore !== undefined)
    await keepConfiguration(context.services.ledger, context.cutover.id, switched.reply.configurationBefore);
  return switched;
};

/** A configuration may hold connection strings: the log gets its hash. */
const configurationHash = (configuration: ControlReply['configurationAfter']): string | null =>
  configuration === undefined ? null : sha256Hex(canonicalJson(configuration));

/**
 * Compensation of the redirection: puts the kept configuration back (R147 R148). The target is closed for writes first, so that
 * none can be made there once users are on their way back.
 */
export const restoreTraffic: Step = async (context) => {
  if (isManual(context)) return asked(await control(context, 'switch', 'source'));
  const before = await control(context, 'status', 'source');
  if (before.kind === 'stopped') return before.result;
  const closed = await control(context, 'stop', 'target');
  if (closed.kind === 'stopped') return closed.result;
  if (before.reply.activeSide === 'source')
    return done(before.evidence.source, 'users never left the source', factsOf(before.reply));
  const configuration = await keptConfiguration(context.services.ledger, context.cutover.id);
  const switched = await control(
    context,
    'switch',
    'source',
    configuration === null ? {} : { configuration },
  );
  if (switched.kind === 'stopped') return switched.result;
  if (switched.reply.activeSide !== 'source')
    return failed('not-switched', 'users still reach the target', factsOf(switched.reply));
  return done(switched.evidence.source, 'users reach the source again', {
    ...factsOf(switched.reply),
    configuration: configurationHash(switched.reply.configurationAfter),
  });
};

/** Manual controls ask one person one question: their statement is the whole step. */
const asked = (outcome: Controlled) =>
  outcome.kind === 'stopped'
    ? outcome.result
    : failed('no-question', 'manual controls answered by themselves');
