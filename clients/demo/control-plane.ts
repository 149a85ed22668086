import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Role } from '../../shared/contracts/principal';
import { ApiClient, type Person } from './api-client';
import type { Processes } from './processes';

/** The built application: this file runs as dist/clients/demo/control-plane.js. */
export const APP_ROOT = resolve(__dirname, '../../..');

export const BACKUP_CONTAINER = 'causeway-backups';

const NAMES: Readonly<Record<Role, string>> = {
  lead: 'Lena',
  operator: 'Otto',
  owner: 'Olga',
  tester: 'Theo',
  approver: 'Amir',
  viewer: 'Vera',
};

export interface ControlPlane {
  readonly url: string;
  readonly api: ApiClient;
  /** One person a role: nobody approves what they asked for. */
  readonly people: ReadonlyMap<Role, Person>;
}

/**
 * Starts the control plane as `npm start` does, on a data folder of its own and any free port, with secrets by their names, and
 * makes the people's tokens.
 */
export async function startControlPlane(
  processes: Processes,
  dataDir: string,
  connectionString: string,
  secrets: Readonly<Record<string, string>>,
): Promise<ControlPlane> {
  const named = Object.entries(secrets).map(([name, value]) => [environmentNameOf(name), value]);
  const host = processes.start(
    'The control plane',
    [join(APP_ROOT, 'dist/host/main.js'), APP_ROOT, '--data', dataDir, '--port', '0'],
    {
      CAUSEWAY_BLOB_CONNECTION: connectionString,
      CAUSEWAY_BACKUP_CONTAINER: BACKUP_CONTAINER,
      CAUSEWAY_ALLOWED_ADDRESSES: '127.0.0.0/8',
      ...(Object.fromEntries(named) as Record<string, string>),
    },
  );
  const [, url = ''] = await host.line(/Listening on (http:\S+)/);
  const api = new ApiClient(url.replace(/\/$/, ''));
  const adminKey = readAdminKey(dataDir);
  const people = new Map<Role, Person>();
  for (const role of Object.keys(NAMES) as Role[])
    people.set(role, await api.createPerson(adminKey, NAMES[role], role));
  return { url, api, people };
}

const readAdminKey = (dataDir: string): string =>
  z.object({ admin: z.string() }).parse(JSON.parse(readFileSync(join(dataDir, 'keys.json'), 'utf8'))).admin;

const environmentNameOf = (secret: string): string =>
  `CAUSEWAY_SECRET_${secret.toUpperCase().replaceAll('-', '_')}`;
