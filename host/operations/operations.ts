import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EngineLoad } from '../engine/engine';
import type { EngineObserver } from '../engine/engine-observer';
import type { HostClock, ListenerContext, LoadedFunction } from '../function-app';
import { HostError } from '../host-error';
import type { HostJson, Settings } from '../host-settings';
import { logFormatOf } from '../log';
import { EngineMeter } from './engine-meter';
import { InvocationMeter } from './invocation-meter';
import type * as MetricsModule from './metrics';
import type { Metrics } from './metrics';
import { observedFunction } from './observed-function';
import { serveOperations, type HostState } from './operations-api';
import { tellWhoEndsTheProcess } from './process-end';
import { readRetention, startRetention, type PurgeableInstances, type Retention } from './retention';
import { Tracing } from './tracing';
import { startWatchdog } from './watchdog';

const DEFAULT_BLOCKED_MS = 1_000;
const PROGRESS_EVERY_MS = 1_000;

export interface OperationsOptions {
  readonly functions: readonly LoadedFunction[];
  readonly hostJson: HostJson;
  readonly settings: Settings;
  readonly clock: HostClock;
  readonly log: ListenerContext['log'];
  readonly adminKey: string;
}

/** What the people who run the host need of the engine. */
export interface OperatedEngine extends PurgeableInstances {
  readonly load: EngineLoad;
}

/** What the people who run the host see of it: health, metrics, traces, who holds the event loop up; and retention. */
export class Operations {
  /** The application's functions, observed. */
  readonly functions: readonly LoadedFunction[];
  readonly observer: EngineObserver;
  private readonly tracing = new Tracing();
  private readonly meters: readonly InvocationMeter[];
  private readonly engineMeter = new EngineMeter();
  private metrics: Metrics | null = null;
  private readonly retention: Retention;
  private readonly stopWatchdog: () => Promise<void>;
  private readonly stopTelling: () => void;
  private engine: OperatedEngine | null = null;
  private state: HostState = 'starting';
  private stopRetention = (): void => undefined;

  /** Throws HostError `settings-invalid`. */
  constructor(private readonly options: OperationsOptions) {
    this.tracing.detect();
    this.retention = readRetention(options.hostJson);
    const blockedMs = blockedMsOf(options.settings);
    const observed = options.functions.map((loaded) => {
      const meter = new InvocationMeter(loaded.name, loaded.trigger.type);
      return { meter, loaded: observedFunction(loaded, meter, this.tracing) };
    });
    this.functions = observed.map(({ loaded }) => loaded);
    this.meters = observed.map(({ meter }) => meter);
    this.observer = this.engineObserver();
    const format = logFormatOf(options.settings);
    this.stopWatchdog = startWatchdog(blockedMs, format);
    this.stopTelling = tellWhoEndsTheProcess(format);
  }

  /** Everything works. */
  begin(engine: OperatedEngine): void {
    this.engine = engine;
    this.state = 'ready';
    this.stopRetention = startRetention(this.retention, engine, this.options.clock, this.options.log);
  }

  /** No more work is taken. Says every second what is waited for, until the returned function is called. */
  beginStopping(): () => void {
    this.state = 'stopping';
    this.stopRetention();
    const progress = setInterval(() => this.tellProgress(), PROGRESS_EVERY_MS);
    return () => clearInterval(progress);
  }

  async close(): Promise<void> {
    this.stopRetention();
    this.stopTelling();
    await this.stopWatchdog();
  }

  /** False where the path is not of operations. */
  serve(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> {
    const { options } = this;
    const metrics = (): Metrics => (this.metrics ??= this.loadMetrics());
    const api = { metrics, adminKey: options.adminKey, state: () => this.state };
    return serveOperations(api, request, response, url);
  }

  /** Only who asks for metrics pays for their library: 9 MB of memory. */
  private loadMetrics(): Metrics {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it at every start
    const { Metrics } = require('./metrics') as typeof MetricsModule;
    return new Metrics({
      invocations: this.meters,
      engine: this.engineMeter,
      load: () => this.engine?.load ?? NOTHING,
    });
  }

  private tellProgress(): void {
    const running = this.meters.flatMap(({ runningSample: { labels, value } }) =>
      value > 0 ? [`${value} of ${labels.function}`] : [],
    );
    const invocations = running.length === 0 ? 'no invocations' : running.join(', ');
    this.options.log('info', `Stopping: ${invocations} still run`);
  }

  private engineObserver(): EngineObserver {
    const { engineMeter, tracing } = this;
    return {
      committed: (ms) => engineMeter.committed(ms),
      episode: () => engineMeter.episode(),
      creating: (name, instanceId, parent) => tracing.creating(name, instanceId, parent),
      ended: (instance, status) => {
        engineMeter.instanceEnded(status);
        tracing.ended(instance, status, this.options.clock.now());
      },
    };
  }
}

const NOTHING: EngineLoad = {
  runningInstances: 0,
  suspendedInstances: 0,
  readyInstances: 0,
  runningActivities: 0,
  waitingActivities: 0,
  pendingWrites: 0,
};

const blockedMsOf = ({ CAUSEWAY_WATCHDOG_MS: text }: Settings): number => {
  if (text === undefined || text === '') return DEFAULT_BLOCKED_MS;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new HostError(
    'settings-invalid',
    `App setting CAUSEWAY_WATCHDOG_MS must be a number of milliseconds, 0 for no watchdog, not "${text}".`,
  );
};
