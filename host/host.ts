import { clientPayload, type ManagementAddress } from './api/management-urls';
import { serveManagementApi } from './api/management-api';
import { SystemClock } from './clock';
import { lockDataDir } from './data-dir-lock';
import { Engine } from './engine/engine';
import { engineOptions } from './engine-options';
import type { TimerLimits } from './engine/replay/timed-tasks';
import type { CreateListener, HostClock, ListenerContext, LoadedFunction } from './function-app';
import { withOverrides } from './host-json-overrides';
import { loadKeys, newKey, withFunctionKeys, type HostKeys } from './host-keys';
import { hostSetting, loadHostJson, loadSettings, type HostJson, type Settings } from './host-settings';
import { loadApp, type LoadedApp } from './loader/load-app';
import { readFunctionTimeoutMs } from './loader/time-limit';
import { consoleLog } from './log';
import { LogLevels } from './log-levels';
import { Operations } from './operations/operations';
import { Outputs } from './outputs/outputs';
import { shutDown, type OpenParts } from './shutdown';
import { StorageError } from './storage/storage-fault';
import { createHttpTrigger, type HttpHandler } from './triggers/http';
import { readBodyLimitBytes } from './triggers/request-body';
import { HttpGate } from './triggers/http-gate';
import { HttpServer } from './triggers/http-server';
import { sendProblem } from './triggers/problem';

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
  /** When a timer is long, and of which pieces; Azure's where absent. */
  readonly timers?: TimerLimits;
  /** How long `drain` waits for what runs; half a minute where absent. */
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
 * Rejects with a HostError where the application, its settings, the port or the data folder do not allow that; then nothing is left open.
 */
export const startHost = async (options: HostOptions): Promise<Host> => {
  const settings = loadSettings(options.appDir, options.settings);
  const { hostJson, unread } = withOverrides(loadHostJson(options.appDir), settings);
  const logging = loggingOf(options, hostJson);
  for (const name of unread)
    logging.log('warn', `App setting ${name} sets nothing that this host reads of host.json`);
  const release = lockDataDir(options.dataDir);
  const server = new HttpServer(logging.log, options.stallLimitMs);
  const parts: OpenParts = { server, gate: new HttpGate(), listeners: [] };
  let drained: Promise<void> | null = null;
  const drain = (): Promise<void> =>
    (drained ??= shutDown(parts, options.drainLimitMs ?? DEFAULT_DRAIN_LIMIT_MS, logging.log).finally(
      release,
    ));
  try {
    return { ...(await start(options, { hostJson, settings }, logging, parts)), drain };
  } catch (error) {
    await drain();
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
  { hostJson, settings }: Pick<ListenerContext, 'hostJson' | 'settings'>,
  { everything, log, logLevels }: Logging,
  parts: OpenParts,
): Promise<Omit<Host, 'drain'>> => {
  const { appDir, dataDir } = options;
  const hostKeys = loadKeys(dataDir);
  const clock = options.clock ?? (parts.clock = new SystemClock());
  const url = await parts.server.listen(options.port ?? 0, options.address ?? '127.0.0.1');
  process.env.WEBSITE_HOSTNAME = new URL(url).host;
  const address = managementAddress(url, hostKeys, hostJson);
  const payload = clientPayload(address);
  const outputs = (parts.outputs = new Outputs({ dataDir, settings, clock }));
  const app = (parts.app = await loadApp({
    ...{ appDir, settings, log: everything, logLevels },
    functionTimeoutMs: readFunctionTimeoutMs(hostJson),
    clientPayload: () => payload,
    writeOutput: (binding, value) => outputs.write(binding, value),
  }));
  const operations = (parts.operations = new Operations({
    ...{ functions: app.functions, hostJson, settings, clock, log },
    adminKey: hostKeys.admin,
  }));
  const { functions } = operations;
  const keys = withFunctionKeys(dataDir, hostKeys, namesOfKeyedFunctions(functions));
  const trigger = httpTrigger(options, { ...app, functions }, keys, { hostJson, settings, log });
  const context: ListenerContext = {
    functions,
    clock,
    dataDir,
    hostJson,
    settings,
    log,
    fatal: fatal(log, app),
  };
  for (const create of options.listeners ?? []) parts.listeners.push(create(context));
  const engine = (parts.engine = new Engine({
    ...context,
    ...engineOptions(context),
    ...options.timers,
    observer: operations.observer,
  }));
  await app.start();
  parts.isAppStarted = true;
  parts.server.serve(requestHandler({ engine, operations, gate: parts.gate, trigger }, address));
  engine.recover();
  await Promise.all(parts.listeners.map((listener) => listener.start()));
  operations.begin(engine);
  return { url, functions, keys };
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

interface Served {
  readonly engine: Engine;
  readonly operations: Operations;
  readonly gate: HttpGate;
  readonly trigger: HttpHandler;
}

const requestHandler =
  ({ engine, operations, gate, trigger }: Served, address: ManagementAddress): HttpHandler =>
  async (request, response, url) => {
    if (await operations.serve(request, response, url)) return;
    if (await serveManagementApi(engine, address, request, response, url)) return;
    const isServed = await gate.pass(() => trigger(request, response, url));
    if (!isServed) sendProblem(response, 503, 'stopping', 'The host is stopping', { connection: 'close' });
  };

/** Ends the process at once: going on would mean answering for what was not stored. */
const fatal =
  (log: ListenerContext['log'], app: LoadedApp) =>
  (error: unknown): never => {
    // Once invocations are cut off their files are closed under them, and nobody is answered any more.
    if (app.isCutOff()) return undefined as never;
    if (error instanceof StorageError) log('error', `The host cannot go on: ${error.message}`);
    else log('error', 'The host cannot go on', { error });
    process.exit(70);
  };
