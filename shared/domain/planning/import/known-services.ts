import type { IntegrationPoint } from '../../../contracts/planning/portfolio';

type Kind = IntegrationPoint['kind'];

const ENGINES: readonly (readonly [string, readonly number[], RegExp])[] = [
  ['sql server', [1433], /^sqlservr/],
  ['postgresql', [5432], /^postgres|^postmaster/],
  ['oracle', [1521, 2483, 2484], /^oracle|^tnslsnr/],
  ['mysql', [3306], /^mysqld|^mariadbd/],
  ['db2', [50_000], /^db2sys/],
  ['mongodb', [27_017], /^mongod/],
  ['redis', [6379], /^redis-server/],
  ['cassandra', [9042], /^cassandra/],
];
const PORTS = new Map(ENGINES.flatMap(([engine, ports]) => ports.map((port) => [port, engine] as const)));

/** The database engine that a listening process is, or else that usually listens at the port; null: none that is known. */
export function databaseEngine(process: string | null, port: number): string | null {
  const name = process?.toLowerCase().split(/[\\/]/).at(-1) ?? '';
  for (const [engine, , pattern] of ENGINES) if (pattern.test(name)) return engine;
  // Another process is known to listen there.
  return name === '' ? (PORTS.get(port) ?? null) : null;
}

const KINDS: readonly (readonly [Kind, readonly number[]])[] = [
  ['identity', [88, 389, 464, 636, 1812, 3268, 3269]],
  ['file-exchange', [20, 21, 22, 69, 111, 137, 138, 139, 445, 873, 2049]],
  ['message-queue', [1414, 1883, 4222, 5671, 5672, 8883, 9092, 9093, 61_616]],
  ['api', [80, 443, 8000, 8080, 8443]],
];
const KIND_OF = new Map(KINDS.flatMap(([kind, ports]) => ports.map((port) => [port, kind] as const)));

export const integrationKind = (process: string | null, port: number): Kind =>
  databaseEngine(process, port) === null ? (KIND_OF.get(port) ?? 'other') : 'shared-database';

const PRIVATE =
  /^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|0\.|22[4-9]\.|23\d\.|::1$|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:|::ffff:(10|127|192\.168)\.)/i;

/** An address of the internet. A name tells nothing of where it is. */
export const isPublicAddress = (address: string): boolean =>
  (/^(\d{1,3}\.){3}\d{1,3}$/.test(address) || address.includes(':')) && !PRIVATE.test(address);
