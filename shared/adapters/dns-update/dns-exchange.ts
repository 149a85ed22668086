import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';

export interface DnsServer {
  /** An IP address: names are resolved, and judged, before. */
  readonly address: string;
  readonly port: number;
  readonly timeoutMs: number;
}

/** No usable answer came; the request may or may not have been carried out. Transient. */
export class DnsFailure extends Error {
  override readonly name = 'DnsFailure';
}

/** Larger requests go over TCP at once: without EDNS a server need not take more (RFC 1035 4.2.1). */
const MAX_UDP_BYTES = 512;
const TRUNCATED = 0x0200;

/** One request and its reply, over UDP, and over TCP where one of them is too large for it. Repeats nothing. */
export const exchange = async (server: DnsServer, request: Buffer): Promise<Buffer> => {
  if (request.length > MAX_UDP_BYTES) return overTcp(server, request);
  const reply = await overUdp(server, request);
  return (reply.readUInt16BE(2) & TRUNCATED) === 0 ? reply : overTcp(server, request);
};

/** A connected socket takes datagrams from the server only; of those the one with our id answers. */
const overUdp = ({ address, port, timeoutMs }: DnsServer, request: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      socket.close();
      settle();
    };
    const fail = (reason: string, cause?: unknown): void =>
      end(() => reject(new DnsFailure(`the DNS server ${address} ${reason}`, { cause })));
    const timer = setTimeout(() => fail(`did not answer within ${timeoutMs} ms`), timeoutMs);
    socket.on('error', (error) => fail(`cannot be reached: ${error.message}`, error));
    socket.on('message', (reply) => {
      if (reply.length >= 12 && reply.readUInt16BE(0) === request.readUInt16BE(0)) end(() => resolve(reply));
    });
    socket.connect(port, address, () => socket.send(request));
  });

const overTcp = ({ address, port, timeoutMs }: DnsServer, request: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: address, port });
    let received = Buffer.alloc(0);
    const fail = (reason: string, cause?: unknown): void => {
      socket.destroy();
      reject(new DnsFailure(`the DNS server ${address} ${reason}`, { cause }));
    };
    // Also against a server that sends a byte now and then.
    const timer = setTimeout(() => fail(`did not answer within ${timeoutMs} ms`), timeoutMs);
    socket.on('close', () => {
      clearTimeout(timer);
      fail('closed the connection before it had answered');
    });
    socket.on('error', (error) => fail(`cannot be reached: ${error.message}`, error));
    socket.on('connect', () => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(request.length);
      socket.write(Buffer.concat([length, request]));
    });
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
      const reply = received.subarray(2, 2 + received.readUInt16BE(0));
      if (reply.length < 12 || reply.readUInt16BE(0) !== request.readUInt16BE(0))
        return fail('answered another request');
      resolve(reply);
      socket.destroy();
    });
  });
