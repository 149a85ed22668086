// A real BIND 9 (named) as the primary server of one zone, on loopback and an unprivileged port, with a TSIG key that may update it.
// It does not prove anything about secondaries, signed zones or the servers of other makers.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PLACES = ['/usr/sbin/named', '/usr/local/sbin/named', '/opt/homebrew/sbin/named'];
const NAMED = PLACES.find((place) => existsSync(place)) ?? null;

/** Why what needs a real server is left out; null where there is one. */
export const bindMissing: string | null =
  NAMED === null ? 'named is not installed (Debian: apt-get install bind9)' : null;

export const ZONE = 'corp.example';
export const KEY_NAME = 'causeway-key';
/** May read, but change nothing. */
export const READER_KEY_NAME = 'reader-key';
export const KEY_SECRET = Buffer.alloc(32, 5).toString('base64');

export interface Bind9 {
  readonly port: number;
  /** What a resolver is told, without any key: `type` records of `name` and their TTL. */
  dig(name: string, type?: string): Promise<{ ttl: number; values: string[] }>;
  /** Somebody else's change, with a key of theirs. */
  nsupdate(lines: readonly string[]): void;
  stop(): Promise<void>;
}

const config = (folder: string, port: number): string => `
options {
  directory "${folder}";
  listen-on port ${port} { 127.0.0.1; };
  listen-on-v6 { none; };
  pid-file "${folder}/named.pid";
  session-keyfile "${folder}/session.key";
  managed-keys-directory "${folder}";
  recursion no;
  dnssec-validation no;
  notify no;
};
controls { };
key "${KEY_NAME}" { algorithm hmac-sha256; secret "${KEY_SECRET}"; };
key "${READER_KEY_NAME}" { algorithm hmac-sha256; secret "${KEY_SECRET}"; };
zone "${ZONE}" {
  type primary;
  file "${folder}/zone.db";
  update-policy { grant ${KEY_NAME} zonesub A AAAA CNAME; };
};
`;

const MANY = Array.from({ length: 20 }, (_, index) => `many 300 IN AAAA 2001:db8:0:${index + 1}::1`).join(
  '\n',
);

const zoneFile = (): string => `
$ORIGIN ${ZONE}.
@ 3600 IN SOA ns hostmaster 1 3600 600 86400 60
@ 3600 IN NS ns
ns 3600 IN A 127.0.0.1
shop 300 IN A 10.0.0.5
shop 300 IN A 10.0.0.6
arrives 2 IN A 10.0.0.5
returns 2 IN A 10.0.0.5
elsewhere 2 IN A 192.0.2.77
www 3600 IN CNAME shop-onprem.${ZONE}.
${MANY}
`;

/** A port that is free for UDP and TCP alike. */
const freePort = async (): Promise<number> => {
  const tcp = createServer().listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  const { port } = tcp.address() as AddressInfo;
  const udp = createSocket('udp4').bind(port, '127.0.0.1');
  await once(udp, 'listening');
  await Promise.all([
    new Promise<void>((done) => tcp.close(() => done())),
    new Promise<void>((done) => udp.close(() => done())),
  ]);
  return port;
};

export const startBind9 = async (): Promise<Bind9> => {
  if (NAMED === null) throw new Error(bindMissing ?? '');
  const folder = mkdtempSync(join(tmpdir(), 'causeway-bind9-'));
  const port = await freePort();
  writeFileSync(join(folder, 'named.conf'), config(folder, port));
  writeFileSync(join(folder, 'zone.db'), zoneFile());
  const named = spawn(NAMED, ['-g', '-n', '1', '-c', join(folder, 'named.conf')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await untilRunning(named);
  return {
    port,
    dig: async (name, type = 'A') => dig(port, name, type),
    nsupdate: (lines) =>
      void execFileSync('nsupdate', ['-y', `hmac-sha256:${KEY_NAME}:${KEY_SECRET}`], {
        input: [`server 127.0.0.1 ${port}`, `zone ${ZONE}`, ...lines, 'send', ''].join('\n'),
      }),
    stop: async () => {
      if (named.exitCode === null) {
        named.kill('SIGTERM');
        await once(named, 'exit');
      }
      rmSync(folder, { recursive: true });
    },
  };
};

const untilRunning = async (named: ChildProcess): Promise<void> => {
  let said = '';
  named.stderr?.on('data', (chunk) => (said += String(chunk)));
  for (let look = 0; look < 200; look += 1) {
    if (/ running$/m.test(said)) return;
    if (named.exitCode !== null) throw new Error(`named ended with ${named.exitCode}: ${said}`);
    await sleep(50);
  }
  named.kill('SIGKILL');
  throw new Error(`named does not come up: ${said}`);
};

const dig = (port: number, name: string, type: string): { ttl: number; values: string[] } => {
  const asked = ['@127.0.0.1', '-p', String(port), '+noall', '+answer', '+norecurse', name, type];
  const lines = execFileSync('dig', asked, { encoding: 'utf8' }).trim().split('\n');
  const records = lines.map((line) => line.split(/\s+/)).filter((fields) => fields[3] === type);
  return { ttl: Number(records[0]?.[1] ?? 0), values: records.map((fields) => fields[4] ?? '').sort() };
};
