import os from 'node:os';
import type { EngineOptions } from './engine/engine';
import type { ListenerContext } from './function-app';
import type { VersionRules } from './engine/version-rules';
import { HostError } from './host-error';
import { hostSetting } from './host-settings';
import { replayModeOf } from './replay-mode';

const DAY_MS = 86_400_000;
/** Azure's outside the Consumption plan. */
const DEFAULT_ENTITY_BATCH_SIZE = 5_000;
const DEFAULT_CONCURRENCY = 10 * os.availableParallelism();

/** What host.json and the app settings say of the durable engine, with Azure's defaults. */
export const engineOptions = ({
  hostJson,
  settings,
}: Pick<ListenerContext, 'hostJson' | 'settings'>): Pick<
  EngineOptions,
  | 'maxConcurrentActivities'
  | 'maxConcurrentEntities'
  | 'maxEntityBatchSize'
  | 'maximumShortTimerMs'
  | 'longTimerIntervalMs'
  | 'replayMode'
  | 'versions'
> => {
  const setting = (name: string, fallback: number): number =>
    hostSetting(hostJson, `extensions.durableTask.${name}`, fallback);
  return {
    maxConcurrentActivities: setting('maxConcurrentActivityFunctions', DEFAULT_CONCURRENCY),
    maxConcurrentEntities: setting('maxConcurrentEntityFunctions', DEFAULT_CONCURRENCY),
    maxEntityBatchSize: setting('maxEntityOperationBatchSize', DEFAULT_ENTITY_BATCH_SIZE),
    maximumShortTimerMs: 6 * DAY_MS,
    longTimerIntervalMs: 3 * DAY_MS,
    replayMode: replayModeOf(settings, hostJson),
    versions: versionRules(hostJson),
  };
};

const MATCH_STRATEGIES = ['None', 'Strict', 'CurrentOrOlder'] as const;
const FAILURE_STRATEGIES = ['Reject', 'Fail'] as const;

const versionRules = (hostJson: ListenerContext['hostJson']): VersionRules => ({
  defaultVersion: hostSetting(hostJson, 'extensions.durableTask.defaultVersion', ''),
  matchStrategy: oneOf(hostJson, 'versionMatchStrategy', MATCH_STRATEGIES, 'CurrentOrOlder'),
  failureStrategy: oneOf(hostJson, 'versionFailureStrategy', FAILURE_STRATEGIES, 'Reject'),
});

const oneOf = <T extends string>(
  hostJson: ListenerContext['hostJson'],
  name: string,
  choices: readonly T[],
  fallback: T,
): T => {
  const setting = `extensions.durableTask.${name}`;
  const asked = hostSetting<string>(hostJson, setting, fallback);
  const choice = choices.find((each) => each.toLowerCase() === asked.toLowerCase());
  if (choice !== undefined) return choice;
  throw new HostError(
    'settings-invalid',
    `host.json: ${setting} is "${asked}"; it may be ${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}.`,
  );
};
