import { connect, type Socket } from 'node:net';

const CONNECTIONS = 32;
const END_OF_HEADERS = Buffer.from('\r\n\r\n');

/**
 * Requests a second that a server answers with 200 over connections that are kept, for so long. The client reads no more of an
 * answer than it must, since it shares the machine with the server. Every answer must be as long as the first.
 */
export const requestsPerSecond = async (url: string, seconds: number): Promise<number> => {
  const { hostname, port, pathname, host } = new URL(url);
  const request = `GET ${pathname} HTTP/1.1\r\nhost: ${host}\r\n\r\n`;
  const load = { request, answered: 0, isOver: false };
  const lanes = Array.from({ length: CONNECTIONS }, () => connect({ host: hostname, port: Number(port) }));
  const began = performance.now();
  setTimeout(() => (load.isOver = true), seconds * 1_000);
  await Promise.all(lanes.map((socket) => keepAsking(socket, load)));
  return load.answered / ((performance.now() - began) / 1_000);
};

interface Load {
  readonly request: string;
  answered: number;
  isOver: boolean;
}

const keepAsking = async (socket: Socket, load: Load): Promise<void> =>
  new Promise((resolve, reject) => {
    let received = 0;
    let expected = 0;
    socket.setNoDelay();
    socket.on('error', reject);
    socket.on('close', () => resolve());
    socket.on('data', (chunk: Buffer) => {
      if (expected === 0) expected = lengthOf(chunk);
      received += chunk.length;
      if (received < expected) return;
      load.answered += 1;
      received = 0;
      if (load.isOver) socket.end();
      else socket.write(load.request);
    });
    socket.write(load.request);
  });

/** Of a whole answer, by what its head says. */
const lengthOf = (answer: Buffer): number => {
  const end = answer.indexOf(END_OF_HEADERS);
  const head = answer.toString('latin1', 0, end);
  if (!head.startsWith('HTTP/1.1 200')) throw new Error(`The server answered ${head}`);
  const announced = /^content-length: (\d+)/im.exec(head)?.[1];
  return announced === undefined ? answer.length : end + END_OF_HEADERS.length + Number(announced);
};
