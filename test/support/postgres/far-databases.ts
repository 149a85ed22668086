/** Databases whose servers are reached, also by each other, over relays that can be slowed and cut. */
import type { DatabasePair, ServerPair } from './database-pair';
import { startTcpProxy, type TcpProxy } from './tcp-proxy';

export interface Proxies {
  readonly source: TcpProxy;
  readonly target: TcpProxy;
  /** Both as they began. */
  restore(): void;
  close(): Promise<void>;
}

export async function startProxies(pair: ServerPair): Promise<Proxies> {
  const [source, target] = [await startTcpProxy(pair.source.port), await startTcpProxy(pair.target.port)];
  return {
    ...{ source, target },
    restore: () => {
      for (const proxy of [source, target]) {
        proxy.restore();
        proxy.delay(0);
      }
    },
    close: async () => void (await Promise.all([source.close(), target.close()])),
  };
}

/** The same databases; `url` and `query` stay direct. */
export function overProxies(databases: DatabasePair, { source, target }: Proxies): DatabasePair {
  const over = (url: string, { port }: TcpProxy) => {
    const changed = new URL(url);
    changed.port = `${port}`;
    return changed.href;
  };
  const { context } = databases;
  const reached = { source: over(context.source, source), target: over(context.target, target) };
  return { ...databases, context: { ...context, ...reached } };
}
