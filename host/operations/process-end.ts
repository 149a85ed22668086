import { writeSync } from 'node:fs';
import { logLine, type LogFormat } from '../log';
import { currentInvocation } from './current-invocation';

/**
 * Says which function's code ended the process, by `process.exit` or by an error that nobody caught. What was acknowledged is on
 * disk by then; the next start goes on from there. Returns what ends it.
 */
export const tellWhoEndsTheProcess = (format: LogFormat): (() => void) => {
  const tell = (what: string, fields: Record<string, unknown>): void => {
    const invocation = currentInvocation();
    if (invocation === undefined) return;
    // Only what is written at once is written at all.
    writeSync(
      2,
      logLine(format, 'error', `Function '${invocation.function}' ${what}`, { ...invocation, ...fields }),
    );
  };
  const onExit = (exitCode: number): void => tell('ended the process', { exitCode });
  const onUncaught = (error: unknown, origin: string): void =>
    tell('left an error to nobody, which ends the process', { origin, error });
  process.on('exit', onExit);
  process.on('uncaughtExceptionMonitor', onUncaught);
  return () => {
    process.off('exit', onExit);
    process.off('uncaughtExceptionMonitor', onUncaught);
  };
};
