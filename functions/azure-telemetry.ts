import { createHash } from 'node:crypto';
import type { TokenCredential } from '@azure/core-auth';
import { shutdownAzureMonitor, useAzureMonitor } from '@azure/monitor-opentelemetry';
import { metrics, ROOT_CONTEXT, SpanStatusCode, trace, TraceFlags, type Context } from '@opentelemetry/api';
import { z } from 'zod';
import type { ChargedCall } from '../shared/adapters/cosmos/request-charge';
import type { CausewayEvent } from '../shared/contracts/event';
import type { Clock } from '../shared/ports/clock';
import type { EventBus } from '../shared/ports/event-bus';

const SCOPE = 'causeway';
/** Addresses of outgoing requests and what is written to the console can hold secrets: neither is collected. */
const OFF = { enabled: false };
const INSTRUMENTATIONS = {
  azureSdk: { enabled: true },
  http: OFF,
  console: OFF,
  bunyan: OFF,
  winston: OFF,
  mongoDb: OFF,
  mySql: OFF,
  postgreSql: OFF,
  redis: OFF,
  redis4: OFF,
};

/** Starts to send to Application Insights; the returned function sends what is left and stops. Call it before anything is measured. */
export const startTelemetry = (
  connectionString: string,
  credential: TokenCredential | null,
): (() => Promise<void>) => {
  useAzureMonitor({
    azureMonitorExporterOptions: {
      connectionString,
      disableOfflineStorage: true,
      ...(credential === null ? {} : { credential }),
    },
    instrumentationOptions: INSTRUMENTATIONS,
    enableLiveMetrics: false,
  });
  return shutdownAzureMonitor;
};

/** Counts the request units of each call of the store. */
export const measureCharges = (): ((call: ChargedCall) => void) => {
  const meter = metrics.getMeter(SCOPE);
  const units = meter.createHistogram('causeway.store.request_units', { unit: '{request_unit}' });
  const duration = meter.createHistogram('causeway.store.duration', { unit: 'ms' });
  return ({ call, outcome, requestUnits, durationMs }) => {
    units.record(requestUnits, { call, outcome });
    duration.record(durationMs, { call, outcome });
  };
};

/** How many spans one stands for, in percent; the exporter reads it, and the sampler writes its own rate there. */
const SAMPLE_RATE = 'microsoft.sample_rate';

/**
 * The trace of all stages of a cutover, whichever process saw their end. Its context is of this process and sampled: the SDK lets only
 * some five traces a second through, but keeps what belongs to one that is kept. Stages are few, and all of them matter.
 */
const traceOf = (cutoverId: string): Context => {
  const digest = createHash('sha256').update(`cutover:${cutoverId}`).digest('hex');
  const [traceId, spanId] = [digest.slice(0, 32), digest.slice(32, 48)];
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: TraceFlags.SAMPLED });
};

const StageEnded = z.object({
  cutoverId: z.string(),
  waveId: z.string(),
  stage: z.string(),
  status: z.string(),
  beganAt: z.iso.datetime().nullable(),
});

/** Measures events as they are published: how late they are, and the stages whose end they tell of (R143). */
export const measuredBus = (bus: EventBus, clock: Clock): EventBus => {
  const meter = metrics.getMeter(SCOPE);
  const lag = meter.createHistogram('causeway.relay.lag', { unit: 'ms' });
  const stages = meter.createHistogram('causeway.stage.duration', { unit: 'ms' });
  const stageEnded = ({ data, time }: CausewayEvent): void => {
    const ended = StageEnded.safeParse(data);
    if (!ended.success || ended.data.beganAt === null) return;
    const { cutoverId, waveId, stage, status, beganAt } = ended.data;
    stages.record(Date.parse(time) - Date.parse(beganAt), { stage, status });
    const attributes = { 'causeway.cutover': cutoverId, 'causeway.wave': waveId, 'causeway.stage': stage };
    const options = { startTime: new Date(beganAt), attributes };
    const span = trace.getTracer(SCOPE).startSpan(`stage ${stage}`, options, traceOf(cutoverId));
    span.setAttribute(SAMPLE_RATE, 100);
    if (status === 'failed') span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(new Date(time));
  };
  return {
    publish: async (events) => {
      await bus.publish(events);
      const now = clock.now().getTime();
      for (const event of events) {
        lag.record(now - Date.parse(event.time), { type: event.type });
        if (event.type === 'cutover.stage-ended') stageEnded(event);
      }
    },
  };
};
