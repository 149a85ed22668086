import { setTimeout as sleep } from 'node:timers/promises';
import { control, factsOf, healthInWords } from './control';
import { done, failed, type Step } from './step';

const STARTUP_LOOKS = 3;
const LOOK_EVERY_MS = 200;

/** R103: has the workload import what was copied, where it needs that. */
export const restoreOnTarget: Step = async (context) => {
  if (!context.cutover.workload.restore) return done('workload-record', 'this workload imports nothing');
  const restored = await control(context, 'restore', 'target');
  if (restored.kind === 'stopped') return restored.result;
  return done(restored.evidence.source, 'the target has imported what was copied', factsOf(restored.reply));
};

/** R105 R113: starts the target read-only and watches it come up. */
export const startTarget: Step = async (context) => {
  const started = await control(context, 'start', 'target', { writable: false });
  if (started.kind === 'stopped') return started.result;
  if (started.reply.writable)
    return failed('target-writable', 'the target takes writes before traffic has moved');
  for (let look = 0; look < STARTUP_LOOKS; look += 1) {
    const health = await control(context, 'health', 'target');
    if (health.kind === 'stopped') return health.result;
    if (!health.reply.healthy || !health.reply.serving)
      return failed(
        'target-unhealthy',
        `the target is not healthy: ${healthInWords(health.reply)}`,
        factsOf(health.reply),
      );
    await sleep(LOOK_EVERY_MS);
  }
  const facts = { ...factsOf(started.reply), startupLog: started.reply.startupLog ?? [] };
  return done(started.evidence.source, `the target started and was healthy at ${STARTUP_LOOKS} looks`, facts);
};

/** Compensation of the start. */
export const stopTarget: Step = async (context) => {
  const stopped = await control(context, 'stop', 'target');
  if (stopped.kind === 'stopped') return stopped.result;
  if (stopped.reply.writable)
    return failed('target-writable', 'the target still takes writes after it was stopped');
  return done(stopped.evidence.source, 'the target is stopped', factsOf(stopped.reply));
};
