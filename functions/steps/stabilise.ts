import { control, factsOf } from './control';
import { done, failed, type Step } from './step';

const LOOKS = 50;
const MIN_INTERVAL_MS = 500;
const MAX_INTERVAL_MS = 6 * 3_600_000;

/**
 * R145 R146 R147 R149: the source stays, read-only, until the time agreed has passed with the target healthy. Looks now and then;
 * an unhealthy target or a source that takes writes asks for a decision.
 */
export const stabilise: Step = async (context) => {
  const { cutover, services } = context;
  const { stabilisationMs } = cutover.workload;
  const since = cutover.arrivedAt ?? services.clock.now().toISOString();
  const leftMs = Date.parse(since) + stabilisationMs - services.clock.now().getTime();
  const interval = Math.min(MAX_INTERVAL_MS, Math.max(MIN_INTERVAL_MS, stabilisationMs / LOOKS));
  if (cutover.workload.controls.kind === 'manual' && leftMs > 0)
    return { kind: 'pending', retryAfterMs: Math.ceil(leftMs) };
  const source = await control(context, 'status', 'source');
  if (source.kind === 'stopped') return source.result;
  if (source.reply.writable)
    return failed(
      'source-writable',
      'the source takes writes while the target serves users',
      factsOf(source.reply),
    );
  const target = await control(context, 'health', 'target');
  if (target.kind === 'stopped') return target.result;
  if (!target.reply.healthy || !target.reply.serving)
    return failed(
      'target-unhealthy',
      `the target is not healthy: ${target.reply.detail}`,
      factsOf(target.reply),
    );
  if (leftMs > 0)
    return {
      kind: 'pending',
      retryAfterMs: Math.ceil(Math.min(interval, leftMs)),
      detail: `stable until ${new Date(Date.parse(since) + stabilisationMs).toISOString()}`,
    };
  return done(
    target.evidence.source,
    `stable since ${since}; the source was kept read-only`,
    factsOf(target.reply),
  );
};
