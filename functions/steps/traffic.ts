import { keepConfiguration, keptConfiguration } from '../../shared/ledger/kept-configuration';
import { sha256Hex } from '../../shared/domain/hash';
import { canonicalJson } from '../../shared/domain/canonical-json';
import type { ControlReply } from '../../shared/contracts/controls';
import type { StepResult } from '../../shared/contracts/step';
import type { Traffic } from '../../shared/contracts/traffic';
import { control, factsOf, type Controlled } from './control';
import { done, failed, isManual, type Step, type StepContext } from './step';
import { climbTraffic } from './switching/climb-traffic';
import { putBackTraffic } from './switching/put-back-traffic';

/**
 * R135 R147: sends users to the target, then lets the target take writes. Looks at the source first: whoever opened it since it
 * was stopped has made writes that the target lacks. What was in force before is kept as soon as it is known; an earlier attempt
 * that got as far as the switch is not switched again. Where the workload describes its traffic, Causeway moves it rung by rung;
 * the target stays read-only meanwhile, so that stepping down loses nobody's writes.
 */
export const redirectTraffic: Step = async (context) => {
  const { traffic } = context.cutover.workload;
  if (traffic) return climbThenOpen(context, traffic);
  if (isManual(context)) return asked(await control(context, 'switch', 'target'));
  const source = await closedSource(context);
  if (source.kind === 'stopped') return source.result;
  const switched = source.reply.activeSide === 'target' ? source : await switchToTarget(context);
  if (switched.kind === 'stopped') return switched.result;
  if (switched.reply.activeSide !== 'target')
    return failed('not-switched', 'users still reach the source', factsOf(switched.reply));
  const opened = await openTarget(context);
  if (opened.kind === 'stopped') return opened.result;
  return done(switched.evidence.source, 'users reach the target; the old configuration is kept', {
    ...factsOf(opened.reply),
    configuration: configurationHash(switched.reply.configurationAfter),
  });
};

const climbThenOpen = async (context: StepContext, traffic: Traffic): Promise<StepResult> => {
  const source = isManual(context) ? null : await closedSource(context);
  if (source?.kind === 'stopped') return source.result;
  const climbed = await climbTraffic(context, traffic);
  if (climbed.kind === 'stopped') return climbed.result;
  const opened = await openTarget(context);
  if (opened.kind === 'stopped') return opened.result;
  return done(climbed.source, 'users reach the target; what was in force before is kept', {
    ...factsOf(opened.reply),
    activeSide: 'target',
    traffic: climbed.facts,
  });
};

const closedSource = async (context: StepContext): Promise<Controlled> => {
  const source = await control(context, 'status', 'source');
  if (source.kind === 'stopped') return source;
  const { reply } = source;
  if (!reply.serving && !reply.writable && reply.inFlight === 0) return source;
  const result = failed('source-open', 'the source was opened again after it was stopped', factsOf(reply));
  return { kind: 'stopped', result };
};

const openTarget = async (context: StepContext): Promise<Controlled> => {
  const opened = await control(context, 'start', 'target', { writable: true });
  if (opened.kind === 'stopped' || (opened.reply.serving && opened.reply.writable)) return opened;
  const reason = 'the target does not serve or takes no writes';
  return { kind: 'stopped', result: failed('target-not-open', reason, factsOf(opened.reply)) };
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
 * Compensation of the redirection: puts back what was kept (R147 R148). The target is closed for writes first, so that none can be
 * made there once users are on their way back; people who operate it by hand are asked to as the next thing undone.
 */
export const restoreTraffic: Step = async (context) => {
  if (context.cutover.workload.traffic) return closeThenPutBack(context);
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

const closeThenPutBack = async (context: StepContext): Promise<StepResult> => {
  const closed = isManual(context) ? null : await control(context, 'stop', 'target');
  if (closed?.kind === 'stopped') return closed.result;
  const back = await putBackTraffic(context);
  if (back.kind === 'stopped') return back.result;
  return done(back.source, 'traffic is as it was before the cutover', back.facts);
};

/** Manual controls ask one person one question: their statement is the whole step. */
const asked = (outcome: Controlled) =>
  outcome.kind === 'stopped'
    ? outcome.result
    : failed('no-question', 'manual controls answered by themselves');
