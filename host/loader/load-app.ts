import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { HttpRequest, HttpResponse } from '@azure/functions';
import type { Binding, ListenerContext, LoadedFunction } from '../function-app';
import { HostError } from '../host-error';
import type { Settings } from '../host-settings';
import type { LogLevels } from '../log-levels';
import { directModels } from './direct-model';
import { FunctionsCore, type CoreLogLevel, type Registration } from './functions-core';
import { bindingsOf, isTrigger, loadedFunction } from './loaded-function';
import { resolveSettings } from './resolve-settings';
import { TimeLimit } from './time-limit';

const TRIGGER_TYPES = [
  'httpTrigger',
  'timerTrigger',
  'serviceBusTrigger',
  'cosmosDBTrigger',
  'orchestrationTrigger',
  'activityTrigger',
  'entityTrigger',
];
const INPUT_TYPES = ['durableClient'];
const OUTPUT_TYPES = ['http', 'serviceBus', 'cosmosDB'];

/** The classes of the library copy that the application itself uses. */
export interface HttpModel {
  /** `nativeRequest` is what the library's own streaming path passes. */
  readonly HttpRequest: new (init: {
    nativeRequest: Pick<
      Request,
      | ('url' | 'method' | 'headers' | 'body' | 'bodyUsed')
      | ('arrayBuffer' | 'blob' | 'formData' | 'json' | 'text' | 'clone')
    >;
    params: Record<string, string>;
    query?: Record<string, string>;
  }) => HttpRequest;
  readonly HttpResponse: new (init: object) => HttpResponse;
}

export interface LoadedApp {
  readonly functions: readonly LoadedFunction[];
  readonly httpModel: HttpModel;
  /** Runs the `appStart` hooks. Call it once listening, with WEBSITE_HOSTNAME set. */
  start(): Promise<void>;
  /** Runs the `appTerminate` hooks. */
  terminate(): Promise<void>;
  /** From now on no invocation ends: whoever waits for one is told nothing any more, neither success nor failure. */
  cutOff(): void;
  isCutOff(): boolean;
}

export interface LoadOptions {
  readonly appDir: string;
  /** App settings that `%NAME%` in bindings stands for. */
  readonly settings: Settings;
  readonly log: ListenerContext['log'];
  readonly logLevels: LogLevels;
  readonly functionTimeoutMs: number;
  /** The value of a `durableClient` input. */
  readonly clientPayload: () => unknown;
  /** Stores what a function gave to an output binding other than `http`. */
  readonly writeOutput: (binding: Binding, value: unknown) => Promise<void>;
}

/**
 * Loads the application whose package.json in `appDir` names its entry (`main`: a file or a glob) and records what it registers.
 * Only one application can be loaded in a process, since `@azure/functions` keeps its host in module state.
 * Rejects with a HostError that names every registration the host cannot serve.
 */
export const loadApp = async (options: LoadOptions): Promise<LoadedApp> => {
  const { appDir, clientPayload, writeOutput } = options;
  const core = new FunctionsCore(writeUserLog(options));
  core.install();
  for (const file of entryFiles(appDir)) await importEntry(file);
  // `getCapabilities` of the programming model is not called: with streaming enabled it opens a server on every interface.
  core.lock();
  const bindings = validBindings(core.registrations, options);
  const appHookData = {};
  const timeLimit = new TimeLimit(options.functionTimeoutMs);
  const library = createRequire(path.join(appDir, 'package.json'))('@azure/functions') as HttpModel;
  const directModel = directModels(library);
  const inputOf = (): unknown => clientPayload();
  let isCutOff = false;
  const environment = {
    ...{ core, appHookData, inputOf, writeOutput, timeLimit, directModel },
    isCutOff: () => isCutOff,
  };
  const runHooks = async (name: 'appStart' | 'appTerminate'): Promise<void> => {
    for (const hook of core.hooksOf(name)) await hook({ hookData: appHookData });
  };
  return {
    functions: core.registrations.map((registration, index) =>
      loadedFunction(registration, bindings[index] ?? [], environment),
    ),
    httpModel: library,
    start: () => runHooks('appStart'),
    terminate: () => runHooks('appTerminate'),
    cutOff: () => (isCutOff = true),
    isCutOff: () => isCutOff,
  };
};

/** Under the categories of Azure, whose levels host.json sets: what a function logs is `Function.<name>.User`. */
const writeUserLog =
  ({ log, logLevels }: LoadOptions): ConstructorParameters<typeof FunctionsCore>[0] =>
  (level, source, message, functionName) => {
    const [inside, outside] =
      source === 'user'
        ? [`Function.${functionName}.User`, 'Host.Function.Console']
        : [`Function.${functionName}`, 'Worker'];
    const category = functionName === undefined ? outside : inside;
    if (logLevels.allows(category, level)) log(LEVELS[level], message, { category });
  };

const LEVELS: Readonly<Record<CoreLogLevel, 'debug' | 'info' | 'warn' | 'error'>> = {
  trace: 'debug',
  debug: 'debug',
  information: 'info',
  warning: 'warn',
  error: 'error',
  critical: 'error',
  none: 'debug',
};

const importEntry = async (file: string): Promise<void> => {
  try {
    await import(pathToFileURL(file).href);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new HostError('app-invalid', `The application's ${file} could not be loaded: ${message}`, {
      cause: error,
    });
  }
};

const entryFiles = (appDir: string): string[] => {
  const manifest = path.join(appDir, 'package.json');
  let main: unknown;
  try {
    main = (JSON.parse(readFileSync(manifest, 'utf8')) as { main?: unknown }).main;
  } catch (error) {
    throw new HostError('app-invalid', `${manifest} cannot be read.`, { cause: error });
  }
  if (typeof main !== 'string' || main === '') {
    throw new HostError('app-invalid', `${manifest} has no "main" that names the application's files.`);
  }
  const files = globSync(main, { cwd: appDir }).sort();
  if (files.length === 0) {
    throw new HostError(
      'app-invalid',
      `"main" of ${manifest} is "${main}", which matches no file. Was it built?`,
    );
  }
  return files.map((file) => path.join(appDir, file));
};

/** The bindings of each registration with settings resolved, or a HostError that names all that is wrong. */
const validBindings = (
  registrations: readonly Registration[],
  { appDir, settings }: LoadOptions,
): readonly (readonly Binding[])[] => {
  const problems: string[] = registrations.length === 0 ? ['it registers no function'] : [];
  const seen = new Map<string, string>();
  const resolved = registrations.map(({ metadata }) => {
    const earlier = seen.get(metadata.name.toLowerCase());
    if (earlier !== undefined)
      problems.push(`function names "${earlier}" and "${metadata.name}" clash without regard to case`);
    seen.set(metadata.name.toLowerCase(), metadata.name);
    return bindingsOf(metadata).map((raw) => {
      const { binding, missing } = resolveSettings(raw, settings);
      const found = [bindingProblem(binding) ?? [], missing].flat();
      problems.push(...found.map((problem) => `function "${metadata.name}": ${problem}`));
      return binding;
    });
  });
  if (problems.length === 0) return resolved;
  throw new HostError(
    'app-invalid',
    `The application in ${appDir} cannot be served:\n- ${problems.join('\n- ')}`,
  );
};

const bindingProblem = (binding: Binding): string | null => {
  const [kind, known] = isTrigger(binding)
    ? ['trigger', TRIGGER_TYPES]
    : binding.direction === 'out'
      ? ['output', OUTPUT_TYPES]
      : ['input', INPUT_TYPES];
  const isKnown = known.some((type) => type.toLowerCase() === binding.type.toLowerCase());
  return isKnown ? null : `${kind} type "${binding.type}" is not supported (known: ${known.join(', ')})`;
};
