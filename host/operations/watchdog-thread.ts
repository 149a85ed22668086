/** The thread of watchdog.ts: watches the heartbeats of the main thread, and looks into it when they stay away. */
import { writeSync } from 'node:fs';
import { Session, type Debugger } from 'node:inspector/promises';
import { workerData } from 'node:worker_threads';
import { logLine } from '../log';
import { CURRENT_INVOCATION, type CurrentInvocation } from './current-invocation';
import type { WatchdogData } from './watchdog';

const { heartbeats, heartbeatMs, blockedMs, logFormat } = workerData as WatchdogData;
const ASK = `globalThis[Symbol.for(${JSON.stringify(CURRENT_INVOCATION)})]?.()`;
const named = new Set<string>();
let seen = -1;
/** Counted in looks, not by a clock: a machine that slept has missed both. */
let missed = 0;

const look = (): void => {
  const now = Atomics.load(heartbeats, 0);
  missed = now === seen ? missed + 1 : 0;
  seen = now;
  if (missed * heartbeatMs === Math.ceil(blockedMs / heartbeatMs) * heartbeatMs) void tell();
};

/** Holds the main thread for the moment it takes to ask whose code it runs. */
const tell = async (): Promise<void> => {
  const heldUpMs = missed * heartbeatMs;
  const session = new Session();
  session.connectToMainThread();
  const urls = new Map<string, string>();
  session.on('Debugger.scriptParsed', ({ params }) => urls.set(params.scriptId, params.url));
  try {
    const paused = new Promise<Debugger.PausedEventDataType>((resolve) =>
      session.once('Debugger.paused', ({ params }) => resolve(params)),
    );
    await session.post('Debugger.enable');
    await session.post('Debugger.pause');
    const { callFrames } = await paused;
    write(await invocationOf(session, callFrames[0]), placeOf(callFrames, urls), heldUpMs);
  } finally {
    await session.post('Debugger.disable').catch(() => undefined);
    session.disconnect();
  }
};

const invocationOf = async (
  session: Session,
  frame: Debugger.CallFrame | undefined,
): Promise<CurrentInvocation | null> => {
  if (frame === undefined) return null;
  const { callFrameId } = frame;
  const question = { callFrameId, expression: ASK, returnByValue: true, silent: true };
  const answer: unknown = await session.post('Debugger.evaluateOnCallFrame', question);
  return (answer as { result: { value?: CurrentInvocation } }).result.value ?? null;
};

/** The innermost code that is a file's and not Node's own. */
const placeOf = (
  callFrames: readonly Debugger.CallFrame[],
  urls: ReadonlyMap<string, string>,
): string | null => {
  for (const { location } of callFrames) {
    const url = urls.get(location.scriptId) ?? '';
    if (url !== '' && !url.startsWith('node:')) return `${url}:${location.lineNumber + 1}`;
  }
  return null;
};

const write = (invocation: CurrentInvocation | null, at: string | null, heldUpMs: number): void => {
  const who = invocation?.function ?? '';
  if (named.has(who)) return;
  named.add(who);
  const subject = invocation === null ? 'Something outside of any invocation' : `Function '${who}'`;
  const message = `${subject} has held up the event loop for ${heldUpMs} ms: nothing else runs meanwhile`;
  // The main thread, which writes for process.stderr, is held up.
  writeSync(2, logLine(logFormat, 'warn', message, { ...invocation, heldUpMs, at }));
};

setInterval(look, heartbeatMs);
