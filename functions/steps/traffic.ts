import type { StageState } from '../../shared/contracts/cutover';
import { control, factsOf } from './control';
import { done, failed, type Step } from './step';

/** R135 R147: sends users to the target, keeps the configuration before, then lets the target take writes. */
export const redirectTraffic: Step = async (context) => {
  const switched = await control(context, 'switch', 'target');
  if (switched.kind === 'stopped') return switched.result;
  const { reply } = switched;
  if (reply.activeSide !== 'target')
    return failed('not-switched', 'users still reach the source', factsOf(reply));
  const opened = await control(context, 'start', 'target', { writable: true });
  if (opened.kind === 'stopped') return opened.result;
  return done(switched.evidence.source, 'users reach the target; the old configuration is kept', {
    ...factsOf(opened.reply),
    configurationBefore: reply.configurationBefore ?? {},
    configurationAfter: reply.configurationAfter ?? {},
  });
};

/** What was in force before; undefined where the switch never got as far as saying it. */
const configurationBefore = (stage: StageState | undefined): Record<string, never> | undefined =>
  stage?.evidence?.facts['configurationBefore'] as Record<string, never> | undefined;

/**
 * Compensation of the redirection: puts the kept configuration back (R147 R148). The target is closed for writes first, so that
 * none can be made there once users are on their way back.
 */
export const restoreTraffic: Step = async (context) => {
  if (context.cutover.workload.controls.kind === 'manual') return switchBack(context);
  const before = await control(context, 'status', 'source');
  if (before.kind === 'stopped') return before.result;
  const closed = await control(context, 'stop', 'target');
  if (closed.kind === 'stopped') return closed.result;
  if (before.reply.activeSide === 'source')
    return done(before.evidence.source, 'users never left the source', factsOf(before.reply));
  return switchBack(context);
};

const switchBack: Step = async (context) => {
  const redirect = context.cutover.stages.find((stage) => stage.name === 'redirect');
  const configuration = configurationBefore(redirect);
  const switched = await control(
    context,
    'switch',
    'source',
    configuration === undefined ? {} : { configuration },
  );
  if (switched.kind === 'stopped') return switched.result;
  if (switched.reply.activeSide !== 'source')
    return failed('not-switched', 'users still reach the target', factsOf(switched.reply));
  return done(switched.evidence.source, 'users reach the source again', {
    ...factsOf(switched.reply),
    configuration: switched.reply.configurationAfter ?? {},
  });
};
