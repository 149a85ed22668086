import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Audit } from '../../support/postgres/ledger-writers';
import type { ToWriters } from './writer-process';

export interface BenchWriters {
  route(url: string): void;
  begin(): Promise<void>;
  /** By writer: the longest time without an acknowledged commit since `begin`, in ms. */
  end(): Promise<readonly number[]>;
  reached(acknowledged: number): Promise<void>;
  stop(): Promise<void>;
  audit(url: string): Promise<Audit & { readonly sum: string }>;
  close(): void;
}

/** Clients in a process of their own, so that the worker's work and theirs share no event loop. */
export function forkWriters(count: number, url: string): BenchWriters {
  const child = fork(join(__dirname, 'writer-process.ts'), [`${count}`, url], {
    execArgv: ['--require', join(__dirname, '../../support/run-typescript.js')],
  });
  const ask = async (message: ToWriters): Promise<Record<string, unknown>> => {
    const answer = once(child, 'message');
    child.send(message);
    return (await answer)[0] as Record<string, unknown>;
  };
  return {
    route: (to) => void child.send({ kind: 'route', url: to } satisfies ToWriters),
    begin: async () => void (await ask({ kind: 'begin' })),
    end: async () => (await ask({ kind: 'end' }))['gaps'] as number[],
    reached: async (acknowledged) => void (await ask({ kind: 'reached', acknowledged })),
    stop: async () => void (await ask({ kind: 'stop' })),
    audit: async (of) => (await ask({ kind: 'audit', url: of })) as unknown as Audit & { sum: string },
    close: () => void child.kill('SIGKILL'),
  };
}
