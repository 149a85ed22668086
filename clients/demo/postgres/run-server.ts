// Runs one PostgreSQL server until its standard input closes or whoever started it ends: node run-server.js <ServerPlan as JSON>.
// Prints `ready <pid>` once the server takes connections.
import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SUPERUSER, type ServerPlan } from './server-plan';

/** Nobody in particular; PostgreSQL refuses to run as root. */
const NOBODY = 65_534;
const WELL_WITHIN_MS = 700;

interface User {
  readonly uid?: number;
  readonly gid?: number;
}

const plan = JSON.parse(process.argv[2] ?? '') as ServerPlan;
const user: User = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
const binaries = join(reachableBy(user, plan.binaries), 'bin');
if (!existsSync(join(plan.dataFolder, 'PG_VERSION'))) initialise();
const server = spawn(join(binaries, 'postgres'), ['-D', plan.dataFolder, ...settings()], {
  ...user,
  stdio: ['ignore', 'ignore', 'pipe'],
});
server.stderr.on('data', (chunk: Buffer) => {
  process.stderr.write(chunk);
  if (chunk.includes('ready to accept connections')) process.stdout.write(`ready ${server.pid}\n`);
});
server.once('exit', (code) => process.exit(code ?? 1));
process.once('SIGTERM', end);
process.stdin.on('end', end).resume();
process.once('exit', () => server.kill('SIGQUIT'));

/** Well, or at once where that takes too long: whoever asked doesn't wait for a checkpoint. */
function end(): void {
  server.kill('SIGINT');
  setTimeout(() => server.kill('SIGQUIT'), WELL_WITHIN_MS).unref();
}

function initialise(): void {
  mkdirSync(plan.dataFolder, { recursive: true, mode: 0o700 });
  if (user.uid !== undefined) openTheWay(dirname(plan.dataFolder));
  const passwordFile = `${plan.dataFolder}.password`;
  writeFileSync(passwordFile, plan.password, { mode: 0o600 });
  if (user.uid !== undefined)
    for (const path of [plan.dataFolder, passwordFile]) chownSync(path, NOBODY, NOBODY);
  const encoding = ['--encoding=UTF8', '--locale=C', '--no-sync'];
  const access = [`--username=${SUPERUSER}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  execFileSync(join(binaries, 'initdb'), ['-D', plan.dataFolder, ...encoding, ...access], {
    ...user,
    stdio: 'pipe',
  });
  rmSync(passwordFile);
}

function settings(): string[] {
  const all = {
    port: plan.port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    ...plan.settings,
  };
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** The binaries where that user can run them: below a home folder that is closed to others they are copied beside the data. */
function reachableBy({ uid }: User, folder: string): string {
  if (uid === undefined || openToAll(folder)) return folder;
  const copy = join(dirname(plan.dataFolder), `postgres-${plan.major}`);
  if (!existsSync(copy)) cpSync(folder, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}

function openToAll(path: string): boolean {
  return (statSync(path).mode & 0o005) === 0o005 && (dirname(path) === path || openToAll(dirname(path)));
}

/** Temporary folders are closed to others: lets that user pass, not read. */
function openTheWay(path: string): void {
  if (path === dirname(path) || path === tmpdir()) return;
  const { mode } = statSync(path);
  if ((mode & 0o001) === 0) chmodSync(path, mode | 0o001);
  openTheWay(dirname(path));
}
