import { join } from 'node:path';
import { findIana } from 'windows-iana';
import type { CreateListener, ListenerContext, LoadedFunction } from '../function-app';
import { HostError } from '../host-error';
import { describe } from './retry-policy';
import { TimerLoop, type TimerTrigger } from './timer-loop';
import { parseSchedule, type TimerSchedule } from './timer-schedule';
import { openTimerStatus } from './timer-status';
import { isTimeZone } from './timer-zone';
import { functionsTriggeredBy, triggerText } from './trigger-binding';

/** Azure stores no status for schedules that occur more often. */
const MIN_MONITORED_INTERVAL_MS = 60_000;

/** Drives `timerTrigger` functions, in UTC unless the setting WEBSITE_TIME_ZONE names a zone, by its IANA or Windows name. */
export const createTimerListener: CreateListener = (context) => {
  const functions = functionsTriggeredBy('timerTrigger', context.functions);
  const timeZone = readTimeZone(context.settings);
  const triggers = functions.map((fn) => readTrigger(fn, timeZone, context));
  const statusFile = openTimerStatus(join(context.dataDir, 'timers.db'));
  const loops = triggers.map((trigger) => new TimerLoop(trigger, statusFile, context));
  let drained: Promise<void> | null = null;
  const drain = async (): Promise<void> => {
    await Promise.all(loops.map((loop) => loop.drain()));
    statusFile.close();
  };
  return {
    start: async () => {
      for (const loop of loops) loop.start();
    },
    drain: () => (drained ??= drain()),
  };
};

const readTimeZone = (settings: ListenerContext['settings']): string => {
  const timeZone = settings['WEBSITE_TIME_ZONE'] ?? 'UTC';
  if (isTimeZone(timeZone)) return timeZone;
  const [ofWindows] = findIana(timeZone);
  if (ofWindows !== undefined) return ofWindows;
  throw new HostError(
    'settings-invalid',
    `WEBSITE_TIME_ZONE: there is no IANA time zone "${timeZone}", nor one of Windows.`,
  );
};

const readTrigger = (fn: LoadedFunction, timeZone: string, { clock }: ListenerContext): TimerTrigger => {
  const text = triggerText(fn, 'schedule');
  const schedule = scheduleOf(fn, text, timeZone);
  const isMonitored =
    fn.trigger['useMonitor'] !== false && intervalMs(schedule, clock.now()) >= MIN_MONITORED_INTERVAL_MS;
  return {
    fn,
    scheduleText: `${text} ${timeZone}`,
    schedule,
    runOnStartup: fn.trigger['runOnStartup'] === true,
    isMonitored,
  };
};

const scheduleOf = (fn: LoadedFunction, text: string, timeZone: string): TimerSchedule => {
  try {
    return parseSchedule(text, timeZone);
  } catch (error) {
    throw new HostError('app-invalid', `Function "${fn.name}": ${describe(error)}.`, { cause: error });
  }
};

const intervalMs = (schedule: TimerSchedule, nowMs: number): number => {
  const first = schedule.nextAfter(nowMs);
  const second = first === null ? null : schedule.nextAfter(first);
  return first === null || second === null ? Infinity : second - first;
};
