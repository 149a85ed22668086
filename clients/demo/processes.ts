import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Loaded into every child: it ends with whoever started it, also where that one is killed. Unreferenced, lest it keep a child alive. */
const END_WITH_PARENT =
  'data:text/javascript,process.once("disconnect",()=>process.exit());process.channel?.unref()';
/** What they work on is thrown away, and must survive a kill anyway: no long good-bye. */
const TERM_TO_KILL_MS = 1_000;

export interface Child {
  readonly name: string;
  /** The first line of standard output that the pattern finds; throws, with what the child complained of, where it ends before. */
  line(pattern: RegExp): Promise<RegExpExecArray>;
  /** Every later line. */
  onLine(listener: (line: string) => void): void;
  /** Standard error so far, its end only. */
  complaint(): string;
  /** It ended although nobody asked it to, and not well. */
  hasFailed(): boolean;
  /** Closes its standard input and waits for it to end. */
  finish(): Promise<void>;
  /** SIGTERM, then SIGKILL; resolves once it is gone. */
  stop(): Promise<void>;
}

/** Children of this run, ended together. */
export class Processes {
  readonly #children: Child[] = [];

  start(name: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Child {
    const child = spawn(process.execPath, ['--import', END_WITH_PARENT, ...args], {
      env: { ...process.env, ...environment },
      stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
    });
    const started = asChild(name, child);
    this.#children.push(started);
    return started;
  }

  /** What ended by itself said last: usually the cause of whatever else went wrong. */
  complaints(): string[] {
    const failed = this.#children.filter((child) => child.hasFailed());
    return failed.map((child) => `${child.name} ended: ${child.complaint()}`);
  }

  async stopAll(): Promise<void> {
    await Promise.all(this.#children.splice(0).map((child) => child.stop()));
  }
}

function asChild(name: string, child: ChildProcess): Child {
  const { stdin, stdout, stderr } = child;
  if (!stdin || !stdout || !stderr) throw new Error(`${name} has no pipes`);
  const ended = once(child, 'exit');
  let complaint = '';
  stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-4_000)));
  const lines = createInterface({ input: stdout });
  return {
    name,
    complaint: () => complaint.trim(),
    hasFailed: () => child.exitCode !== null && child.exitCode !== 0,
    onLine: (listener) => void lines.on('line', listener),
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (line: string): void => {
          const found = pattern.exec(line);
          if (found === null) return;
          lines.off('line', look);
          resolve(found);
        };
        lines.on('line', look);
        child.once('exit', () => reject(new Error(`${name} ended: ${complaint.trim()}`)));
      }),
    finish: async () => {
      stdin.end();
      await ended;
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), TERM_TO_KILL_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}
