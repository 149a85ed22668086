import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** What it works on is thrown away: no long good-bye. */
const TERM_TO_KILL_MS = 2_000;

/** A program of the benchmark's. It ends with `stop` or `kill`, and with this process where that ends well. */
export class Program {
  private complaint = '';
  private readonly ended: Promise<unknown>;
  private readonly listeners = new Set<(line: string) => void>();
  private readonly child: ChildProcess;

  constructor(
    private readonly name: string,
    file: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
    cwd = process.cwd(),
  ) {
    this.child = spawn(file, args, { cwd, env: { ...process.env, ...env }, stdio: 'pipe' });
    this.ended = once(this.child, 'close');
    const killed = (): void => void this.child.kill('SIGKILL');
    process.once('exit', killed);
    void this.ended.then(() => process.off('exit', killed));
    this.child.stderr?.on('data', (chunk: Buffer) => {
      this.complaint = (this.complaint + chunk.toString()).slice(-4_000);
    });
    if (this.child.stdout !== null)
      createInterface({ input: this.child.stdout }).on('line', (line) => {
        for (const listener of this.listeners) listener(line);
      });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  onLine(listener: (line: string) => void): void {
    this.listeners.add(listener);
  }

  /** The first line from now on that the pattern finds. Rejects, with what the program complained of, where it ends before. */
  async line(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = (line: string): void => {
        const found = pattern.exec(line);
        if (found === null) return;
        this.listeners.delete(look);
        resolve(found);
      };
      this.listeners.add(look);
      void this.ended.then(() => reject(new Error(`${this.name} ended: ${this.complaint.trim()}`)));
    });
  }

  tell(line: string): void {
    this.child.stdin?.write(`${line}\n`);
  }

  async stop(): Promise<void> {
    const timer = setTimeout(() => this.child.kill('SIGKILL'), TERM_TO_KILL_MS);
    this.child.kill('SIGTERM');
    await this.ended;
    clearTimeout(timer);
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}
