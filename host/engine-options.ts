import os from 'node:os';
import type { EngineOptions } from './engine/engine';
import type { ListenerContext } from './function-app';
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
  };
};
