import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** The child ends with the test that started it, also where that one is killed. */
const END_WITH_PARENT =
  'data:text/javascript,process.once("disconnect",()=>process.exit());process.channel?.unref()';

export interface RunningChild {
  /** What its ready line said. */
  readonly ready: RegExpExecArray;
  /** The end of what it wrote to standard error. */
  complaint(): string;
  /** Sends the signal and resolves once it is gone; no-op where it is gone. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** Runs a Node program until it prints a line that `ready` finds; rejects with its complaint where it ends before. */
export async function runChild(
  name: string,
  args: readonly string[],
  ready: RegExp,
  environment: NodeJS.ProcessEnv = {},
): Promise<RunningChild> {
  const child = spawn(process.execPath, ['--import', END_WITH_PARENT, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
  });
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error(`${name} has no pipes`);
  let complaint = '';
  stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-8_000)));
  const ended = once(child, 'exit');
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await ended;
  };
  const found = await new Promise<RegExpExecArray>((resolve, reject) => {
    createInterface({ input: stdout }).on('line', (line) => {
      const match = ready.exec(line);
      if (match !== null) resolve(match);
    });
    child.once('exit', () => reject(new Error(`${name} ended: ${complaint}`)));
  });
  return { ready: found, complaint: () => complaint, end };
}
