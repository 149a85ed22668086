/**
 * A TCP relay between clients and a server: delays, cuts, swallows and re-routes whole connections. It loses no single packet and
 * knows no bandwidth: what it proves is what happens when a server is far, gone, silent or another one.
 */
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

export interface TcpProxy {
  readonly port: number;
  /** One way; a round trip takes twice as long. For what is sent from now on. */
  delay(oneWayMs: number): void;
  /** Ends every connection and refuses new ones until `restore`. */
  cut(): void;
  /** Takes everything and passes nothing on, without ending a connection, until `restore`. */
  swallow(): void;
  restore(): void;
  /** Sends new connections elsewhere and ends those there are, as a load balancer does that drains none. */
  reroute(port: number): void;
  close(): Promise<void>;
}

export async function startTcpProxy(serverPort: number): Promise<TcpProxy> {
  const open = new Set<Socket>();
  const state = { port: serverPort, oneWayMs: 0, mode: 'pass' as 'pass' | 'cut' | 'swallow' };
  const endAll = () => open.forEach((socket) => socket.destroy());
  const forward = (from: Socket, to: Socket) => {
    from.on('data', (chunk: Buffer) => {
      if (state.mode === 'swallow') return;
      if (state.oneWayMs === 0) to.write(chunk);
      else setTimeout(() => to.destroyed || to.write(chunk), state.oneWayMs);
    });
    from.on('close', () => {
      open.delete(from);
      setTimeout(() => to.destroy(), state.oneWayMs);
    });
    from.on('error', () => from.destroy());
    from.setNoDelay(true);
    open.add(from);
  };
  const server = createServer((client) => {
    if (state.mode === 'cut') return void client.destroy();
    const upstream = connect(state.port, '127.0.0.1');
    forward(client, upstream);
    forward(upstream, client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    delay: (oneWayMs) => void (state.oneWayMs = oneWayMs),
    cut: () => {
      state.mode = 'cut';
      endAll();
    },
    swallow: () => void (state.mode = 'swallow'),
    restore: () => {
      if (state.mode === 'swallow') endAll();
      state.mode = 'pass';
    },
    reroute: (port) => {
      state.port = port;
      endAll();
    },
    close: async () => {
      endAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
