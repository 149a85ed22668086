import os from 'node:os';
import { clientPayload, type ManagementAddress } from './api/management-urls';
import { serveManagementApi } from './api/management-api';
import { SystemClock } from './clock';
import { lockDataDir } from './data-dir-lock';
import { Engine } from './engine/engine';
import type { EngineObserver } from './engine/engine-observer';
import type {
  CreateListener,
  HostClock,
  ListenerContext,
  LoadedFunction,
  TriggerListener,
} from './function-app';
import { loadKeys, newKey, withFunctionKeys, type HostKeys } from './host-keys';
import { hostSetting, loadHostJson, loadSettings, type HostJson, type Settings } from './host-settings';
import { loadApp, type LoadedApp } from './loader/load-app';
import { readFunctionTimeoutMs } from './loader/time-limit';
import { consoleLog } from './log';
import { LogLevels } from './log-levels';
import { Outputs } from './outputs/outputs';
import { replayModeOf } from './replay-mode';
import { StorageError } from './storage/storage-fault';
import { Operations } from './operations/operations';
import { createHttpTrigger, type HttpHandler } from './triggers/http';
import { readBodyLimitBytes } from './triggers/request-body';
import { HttpGate } from './triggers/http-gate';
import { HttpServer } from './triggers/http-server';
import { sendProblem } from './triggers/problem';

const DAY_MS = 86_400_000;
/** Azure's outside the Consumption plan. */
const DEFAULT_ENTITY_BATCH_SIZE = 5_000;
const DEFAULT_DRAIN_LIMIT_MS = 30_000;

export interface HostOptions {
  /** Folder of the application's package.json, host.json and local.settings.json. */
  readonly appDir: string;
  readonly dataDir: string;
  /** Any free one where absent. */
  readonly port?: number;
  /** IP address to listen on; 127.0.0.1 where absent. */
  readonly address?: string;
  readonly clock?: HostClock;
  /** App settings that win over the environment and local.settings.json. */
  readonly settings?: Settings;
  readonly listeners?: readonly CreateListener[];
  readonly log?: ListenerContext['log'];
  /** Largest request body of an HTTP function; by the app setting FUNCTIONS_REQUEST_BODY_SIZE_LIMIT, else 100 MiB, where absent. */
  readonly bodyLimitBytes?: number;
  /** After how long a request whose client neither sends nor takes anything is cut; a minute where absent. */
  readonly stallLimitMs?: number;
  /** How long `drain` waits for what runs. */
  readonly drainLimitMs?: number;
}

export interface Host {
  readonly url: string;
  readonly functions: readonly LoadedFunction[];
  readonly keys: HostKeys;
  /** Takes no more work, lets what runs end up to a limit, and closes. What did not end goes on at the next start. Safe to call twice. */
  drain(): Promise<void>;
}

/**
 * Starts the host of one application in this process: loads it, serves its HTTP functions and the durable API, lets
 * unfinished orchestrations go on, and starts the other triggers.
 * Rejects with a HostError where the application, its settings, the port or the data folder do not allow that.
 */
export const startHost = async (options: HostOptions): Promise<Host> => {
  const hostJson = loadHostJson(options.appDir);
  const logging = loggingOf(options, hostJson);
  const release = lockDataDir(options.dataDir);
  const server = new HttpServer(logging.log, options.stallLimitMs);
  try {
    return await start(options, hostJson, logging, server, release);
  } catch (error) {
    await server.close(0);
    release();
    throw error;
  }
};

interface Logging {
  /** All of it, for what is filtered by levels finer than this log's. */
  readonly everything: ListenerContext['log'];
  readonly log: ListenerContext['log'];
  readonly logLevels: LogLevels;
}

const loggingOf = ({ log = consoleLog('debug') }: HostOptions, hostJson: HostJson): Logging => {
  const logLevels = new LogLevels(hostJson);
  return { everything: log, log: logLevels.filter(log), logLevels };
};

const start = async (
  options: HostOptions,
  hostJson: HostJson,
  { everything, log, logLevels }: Logging,
  server: HttpServer,
  release: () => void,
): Promise<Host> => {
  const settings = loadSettings(options.appDir, options.settings);
  const hostKeys = loadKeys(options.dataDir);
  const clock = options.clock ?? new SystemClock();
  const url = await server.listen(options.port ?? 0, options.address ?? '127.0.0.1');
  process.env.WEBSITE_HOSTNAME = new URL(url).host;
  const address = managementAddress(url, hostKeys, hostJson);
  const payload = clientPayload(address);
  const { appDir, dataDir } = options;
  const outputs = new Outputs({ dataDir, settings, clock });
  const app = await loadApp({
    ...{ appDir, settings, log: everything, logLevels },
    functionTimeoutMs: readFunctionTimeoutMs(hostJson),
    clientPayload: () => payload,
    writeOutput: (binding, value) => outputs.write(binding, value),
  });
  const operations = new Operations({
    ...{ functions: app.functions, hostJson, settings, clock, log },
    adminKey: hostKeys.admin,
  });
  const { functions } = operations;
  const keys = withFunctionKeys(dataDir, hostKeys, namesOfKeyedFunctions(functions));
  const trigger = httpTrigger(options, { ...app, functions }, keys, { hostJson, settings, log });
  const context: ListenerContext = { functions, clock, dataDir, hostJson, settings, log, fatal: fatal(log) };
  const listeners = (options.listeners ?? []).map((create) => create(context));
  const engine = createEngine({ ...context, observer: operations.observer });
  const running: Running = { listeners, gate: new HttpGate(), server, engine, app, outputs, operations };
  try {
    await app.start();
    serveRequests(running, address, trigger);
    engine.recover();
    await Promise.all(listeners.map((listener) => listener.start()));
    operations.begin(engine);
  } catch (error) {
    await operations.close();
    engine.close();
    throw error;
  }
  let drained: Promise<void> | null = null;
  const drain = (): Promise<void> =>
    (drained ??= drainAll(running, options.drainLimitMs ?? DEFAULT_DRAIN_LIMIT_MS).finally(() => {
      if (clock instanceof SystemClock && options.clock === undefined) clock.close();
      release();
    }));
  return { url, functions, keys, drain };
};

const namesOfKeyedFunctions = (functions: readonly LoadedFunction[]): string[] =>
  functions.filter(({ trigger }) => trigger['authLevel'] === 'function').map(({ name }) => name);

const managementAddress = (origin: string, keys: HostKeys, hostJson: HostJson): ManagementAddress => ({
  origin,
  taskHub: hostSetting(hostJson, 'extensions.durableTask.hubName', 'TestHub'),
  systemKey: keys.system,
  rpcSecret: newKey(),
});

const httpTrigger = (
  options: HostOptions,
  { functions, httpModel }: LoadedApp,
  keys: HostKeys,
  { hostJson, settings, log }: Pick<ListenerContext, 'hostJson' | 'settings' | 'log'>,
): HttpHandler =>
  createHttpTrigger({
    functions,
    httpModel,
    keys,
    routePrefix: hostSetting(hostJson, 'extensions.http.routePrefix', 'api'),
    bodyLimitBytes: options.bodyLimitBytes ?? readBodyLimitBytes(settings),
    log,
  });

const serveRequests = (
  { server, engine, gate, operations }: Running,
  address: ManagementAddress,
  trigger: HttpHandler,
): void =>
  server.serve(async (request, response, url) => {
    if (await operations.serve(request, response, url)) return;
    if (await serveManagementApi(engine, address, request, response, url)) return;
    const isServed = await gate.pass(() => trigger(request, response, url));
    if (!isServed) sendProblem(response, 503, 'stopping', 'The host is stopping', { connection: 'close' });
  });

const createEngine = ({
  functions,
  dataDir,
  clock,
  log,
  fatal: end,
  hostJson,
  settings,
  observer,
}: ListenerContext & { readonly observer: EngineObserver }): Engine =>
  new Engine({
    functions,
    observer,
    dataDir,
    clock,
    log,
    fatal: end,
    maxConcurrentActivities: hostSetting(
      hostJson,
      'extensions.durableTask.maxConcurrentActivityFunctions',
      10 * os.availableParallelism(),
    ),
    maxConcurrentEntities: hostSetting(
      hostJson,
      'extensions.durableTask.maxConcurrentEntityFunctions',
      10 * os.availableParallelism(),
    ),
    maxEntityBatchSize: hostSetting(
      hostJson,
      'extensions.durableTask.maxEntityOperationBatchSize',
      DEFAULT_ENTITY_BATCH_SIZE,
    ),
    maximumShortTimerMs: 6 * DAY_MS,
    longTimerIntervalMs: 3 * DAY_MS,
    replayMode: replayModeOf(settings, hostJson),
  });

interface Running {
  readonly listeners: readonly TriggerListener[];
  readonly gate: HttpGate;
  readonly server: HttpServer;
  readonly engine: Engine;
  readonly app: LoadedApp;
  readonly outputs: Outputs;
  readonly operations: Operations;
}

/** The durable API stays reachable until the last function has ended, since functions call it. */
const drainAll = async (
  { listeners, gate, server, engine, app, outputs, operations }: Running,
  limitMs: number,
): Promise<void> => {
  const deadline = Date.now() + limitMs;
  const within = async (work: Promise<unknown>): Promise<void> => {
    const limit = Promise.withResolvers<void>();
    const timer = setTimeout(limit.resolve, Math.max(deadline - Date.now(), 0));
    await Promise.race([work, limit.promise]).finally(() => clearTimeout(timer));
  };
  const settled = operations.beginStopping();
  await within(Promise.all([gate.close(), ...listeners.map((listener) => listener.drain())]));
  await within(engine.drain());
  await within(app.terminate());
  await within(outputs.close());
  settled();
  await server.close(Math.max(deadline - Date.now(), 0));
  await operations.close();
  engine.close();
};

/** Ends the process at once: going on would mean answering for what was not stored. */
const fatal =
  (log: ListenerContext['log']) =>
  (error: unknown): never => {
    if (error instanceof StorageError) log('error', `The host cannot go on: ${error.message}`);
    else log('error', 'The host cannot go on', { error });
    process.exit(70);
  };
