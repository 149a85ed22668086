import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { measureCharges, measuredBus, startTelemetry } from '../../../functions/azure-telemetry';
import type { CausewayEvent } from '../../../shared/contracts/event';
import { startIngestion, type Ingestion } from '../../support/application-insights/start-ingestion';

const event = (
  sequence: number,
  type: CausewayEvent['type'],
  data: CausewayEvent['data'],
): CausewayEvent => ({
  specversion: '1.0',
  id: `cutover:first--shop:${sequence}`,
  source: '/causeway',
  type,
  subject: 'cutover:first--shop',
  time: '2026-11-21T12:00:30.000Z',
  datacontenttype: 'application/json',
  sequence,
  data,
});
const ended = {
  cutoverId: 'first--shop',
  waveId: 'first',
  stage: 'final-copy',
  status: 'failed',
  beganAt: '2026-11-21T12:00:00.000Z',
};

/** More than the SDK lets through of its own accord. */
const stages = Array.from({ length: 60 }, (_, at) => `s${at}`);
const manyEnded = stages.map((stage, at) =>
  event(3 + at, 'cutover.stage-ended', { ...ended, cutoverId: `second--app-${at % 20}`, stage }),
);

interface Metric {
  readonly name: string;
  readonly value: number;
  readonly count?: number;
}

describe('what the Azure home tells Application Insights', () => {
  let insights: Ingestion;
  const published: CausewayEvent[] = [];
  const before = { ...process.env };

  beforeAll(async () => {
    process.env['APPLICATION_INSIGHTS_NO_STATSBEAT'] = 'true';
    insights = await startIngestion();
    setDefaultCACertificates([...getCACertificates('default'), insights.certificate]);
    const stop = startTelemetry(insights.connectionString, null);
    const clock = { now: () => new Date('2026-11-21T12:00:32.000Z') };
    const bus = measuredBus({ publish: async (events) => void published.push(...events) }, clock);
    await bus.publish([event(1, 'cutover.stage-began', {}), event(2, 'cutover.stage-ended', ended)]);
    await bus.publish(manyEnded);
    measureCharges()({ call: 'commit', outcome: 'done', requestUnits: 12.5, requests: 1, durationMs: 4 });
    await stop();
  });
  afterAll(async () => {
    process.env = before;
    await insights.stop();
  });

  const metrics = () =>
    insights.envelopes
      .filter(({ data }) => data.baseType === 'MetricData')
      .flatMap(({ data }) => {
        const {
          metrics: [metric],
          properties,
        } = data.baseData as { metrics: Metric[]; properties: object };
        return { ...metric, properties };
      });

  it('publishes the events as they are', () => {
    expect(published.slice(0, 2).map(({ sequence }) => sequence)).toEqual([1, 2]);
  });

  it('R143 measures the stages, the lag of the relay and what the store costs', () => {
    expect(metrics()).toContainEqual(
      expect.objectContaining({
        name: 'causeway.stage.duration',
        value: 30_000,
        properties: expect.objectContaining({ stage: 'final-copy', status: 'failed' }),
      }),
    );
    expect(metrics()).toContainEqual(
      expect.objectContaining({ name: 'causeway.relay.lag', value: 2_000, count: 1 }),
    );
    expect(metrics()).toContainEqual(
      expect.objectContaining({ name: 'causeway.store.request_units', value: 12.5 }),
    );
  });

  it('shows each stage as a span of the time it took, whoever saw its end', () => {
    expect(insights.envelopes.map(({ data }) => data.baseData)).toContainEqual(
      expect.objectContaining({ name: 'stage final-copy', success: false, duration: '00:00:30.000' }),
    );
  });

  it('R143 lets no stage fall to sampling, counts each once, and has those of a cutover in one trace', () => {
    const spans = insights.envelopes.filter(({ data }) => data.baseType === 'RemoteDependencyData');
    expect(spans.map(({ data }) => data.baseData['name']).toSorted()).toEqual(
      ['stage final-copy', ...stages.map((stage) => `stage ${stage}`)].toSorted(),
    );
    expect(new Set(spans.map(({ sampleRate }) => sampleRate))).toEqual(new Set([100]));
    expect(new Set(spans.map(({ tags }) => tags?.['ai.operation.id'])).size).toBe(1 + 20);
  });
});
