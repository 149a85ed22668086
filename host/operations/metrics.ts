import { collectDefaultMetrics, Registry, type Metric, type MetricType } from 'prom-client';
import type { Sample } from './distribution';
import type { EngineLoad } from '../engine/engine';
import type { EngineMeter } from './engine-meter';
import type { InvocationMeter } from './invocation-meter';

export interface MetricSources {
  readonly invocations: readonly InvocationMeter[];
  readonly engine: EngineMeter;
  readonly load: () => EngineLoad;
}

/**
 * The metrics of one host in Prometheus' text format, with those of the process that every Node dashboard knows (memory, processor,
 * delay of the event loop). Labels are names of functions and words of this host: never an instance, a path or what a caller sent.
 */
export class Metrics {
  private readonly registry = new Registry();

  constructor(sources: MetricSources) {
    collectDefaultMetrics({ register: this.registry });
    const { invocations, engine, load } = sources;
    this.add(
      'causeway_invocation_duration_seconds',
      'histogram',
      'Invocations of functions, by outcome',
      () => invocations.flatMap((meter) => meter.durationSamples()),
    );
    this.add('causeway_invocations_running', 'gauge', 'Invocations that have not ended', () =>
      invocations.map((meter) => meter.runningSample),
    );
    this.add('causeway_commit_duration_seconds', 'histogram', 'Group commits of the durable engine', () =>
      engine.commitSamples(),
    );
    this.add('causeway_episodes_total', 'counter', 'Episodes of orchestrations that were committed', () => [
      engine.episodeSample,
    ]);
    this.add('causeway_instances_ended_total', 'counter', 'Instances that ended since the start', () =>
      engine.endedSamples(),
    );
    this.add('causeway_instances', 'gauge', 'Instances that have not ended, by status', () => {
      const { runningInstances, suspendedInstances } = load();
      return labelled('causeway_instances', 'status', {
        Running: runningInstances,
        Suspended: suspendedInstances,
      });
    });
    this.add('causeway_queue_depth', 'gauge', 'What waits for its turn, by queue', () => {
      const { readyInstances, waitingActivities, pendingWrites } = load();
      const queues = { instances: readyInstances, activities: waitingActivities, writes: pendingWrites };
      return labelled('causeway_queue_depth', 'queue', queues);
    });
    this.add(
      'causeway_activities_running',
      'gauge',
      'Activities under way, of those that may run at once',
      () => [{ metricName: 'causeway_activities_running', labels: {}, value: load().runningActivities }],
    );
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }

  /** Samples are made when somebody asks. The registry needs no more of a metric than this; its own classes cost microseconds a count. */
  private add(name: string, type: `${MetricType}`, help: string, samples: () => readonly Sample[]): void {
    const metric = {
      name,
      get: async () => ({ name, help, type, values: samples(), aggregator: 'sum' }),
      reset: () => undefined,
    };
    this.registry.registerMetric(metric as unknown as Metric);
  }
}

const labelled = (metricName: string, label: string, values: Readonly<Record<string, number>>): Sample[] =>
  Object.entries(values).map(([key, value]) => ({ metricName, labels: { [label]: key }, value }));
