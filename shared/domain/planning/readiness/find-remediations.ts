import type { Connection, InventoryServer, InventoryWorkload } from '../../../contracts/planning/portfolio';
import type { Remediation } from '../../../contracts/planning/classification';
import { because, told, type Facts, type Sentences } from '../reasons';
import { supportEnd } from './operating-system-support';
import { untouched } from './untouched';

const ANTIVIRUS =
  /symantec|mcafee|trellix|trend micro|deep security|sophos|kaspersky|eset|bitdefender|clamav|endpoint protection/i;
const LEGACY_DRIVER = /\be1000\b|vmxnet ?2\b|flexible nic|legacy network adapter/i;
const FILE_PORTS = new Set([139, 445, 2049]);
const IS_ADDRESS = /^(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?$|^\[?[0-9a-f]*:[0-9a-f:]+\]?$/i;

/**
 * What the inventory shows that has to be mended before or while a workload moves (R74–R79). `asOf`: the day its support is looked
 * at, as YYYY-MM-DD. What people have said of it is joined by `trackedRemediations`.
 */
export function findRemediations(
  workload: InventoryWorkload,
  outgoing: readonly Connection[],
  asOf: string,
): readonly Remediation[] {
  return [
    ...operatingSystems(workload.servers, asOf),
    ...onServers(workload.servers, 'legacy-driver', ({ software }) =>
      software.find((name) => LEGACY_DRIVER.test(name)),
    ),
    ...onServers(workload.servers, 'legacy-firmware', ({ firmware }) =>
      firmware === 'bios' ? 'BIOS' : undefined,
    ),
    ...localFiles(workload, outgoing),
    ...fixedAddresses(workload),
    ...onServers(workload.servers, 'host-antivirus', ({ software }) =>
      software.find((name) => ANTIVIRUS.test(name)),
    ),
    ...signIns(workload),
  ];
}

/** Replication refuses what its vendor no longer supports: it blocks (R74). */
function operatingSystems(servers: readonly InventoryServer[], asOf: string): Remediation[] {
  let count = 0;
  let first: { readonly name: string; readonly system: string | null; readonly end: string } | null = null;
  for (const { name, operatingSystem, operatingSystemVersion } of servers) {
    const end = supportEnd(operatingSystem, operatingSystemVersion);
    if (end === null || end >= asOf) continue;
    count += 1;
    first ??= { name, system: operatingSystem, end };
  }
  if (first === null) return [];
  const facts = { servers: count, first: first.name, system: first.system, end: first.end };
  const reason = because('operating-system-out-of-support', 'R74', facts);
  return [untouched('operating-system', 'Replace operating systems out of support', 'block', reason)];
}

const ON_SERVERS = {
  'legacy-driver': ['R75', 'Replace legacy network drivers'],
  'legacy-firmware': ['R75', 'Check machines that start by BIOS'],
  'host-antivirus': ['R78', 'Replace host antivirus by Defender for Cloud'],
} as const;

function onServers(
  servers: readonly InventoryServer[],
  key: keyof typeof ON_SERVERS,
  seen: (server: InventoryServer) => string | undefined,
): Remediation[] {
  let count = 0;
  let first: { readonly name: string; readonly what: string } | null = null;
  for (const server of servers) {
    const what = seen(server);
    if (what === undefined) continue;
    count += 1;
    first ??= { name: server.name, what };
  }
  if (first === null) return [];
  const [requirement, title] = ON_SERVERS[key];
  const reason = because(key, requirement, { servers: count, first: first.name, what: first.what });
  return [untouched(key, title, 'warn', reason)];
}

function localFiles(
  { dependsOn, integrations }: InventoryWorkload,
  outgoing: readonly Connection[],
): Remediation[] {
  const share =
    dependsOn.find(({ kind }) => kind === 'shared-files')?.on ??
    integrations.find(({ kind }) => kind === 'file-exchange')?.name ??
    outgoing.find(({ ports }) => ports.some((port) => FILE_PORTS.has(port)))?.to;
  if (share === undefined) return [];
  const reason = because('local-file-io', 'R76', { share });
  return [untouched('local-file-io', 'Replace file shares by Blob Storage or Azure Files', 'warn', reason)];
}

function fixedAddresses({ integrations }: InventoryWorkload): Remediation[] {
  const fixed = integrations.filter(({ endpoint }) => endpoint !== undefined && IS_ADDRESS.test(endpoint));
  const [first] = fixed;
  if (first === undefined) return [];
  const reason = because('fixed-address', 'R77', { endpoints: fixed.length, first: first.endpoint ?? null });
  return [untouched('fixed-address', 'Replace fixed addresses by names', 'warn', reason)];
}

/** No inventory shows accounts; whoever signs in to a database has some. */
function signIns({ databases }: InventoryWorkload): Remediation[] {
  const [first] = databases;
  if (first === undefined) return [];
  const reason = because('database-sign-in', 'R79', { databases: databases.length, first: first.name });
  return [untouched('fixed-accounts', 'Use managed identities for sign-in', 'warn', reason)];
}

/** `Its server web01 runs`, `3 of its servers, such as web01, run`. */
const some = (count: unknown, one: string, many: string, first: string): string =>
  count === 1 ? `Its ${one} ${first}` : `${told(count as number)} of its ${many}, such as ${first},`;
const servers = (facts: Facts, detail: string, [one, many]: readonly [string, string]): string =>
  `${some(facts['servers'], 'server', 'servers', `${told(facts['first'])}${detail}`)} ${facts['servers'] === 1 ? one : many}`;

export const remediationSentences: Sentences = {
  'operating-system-out-of-support': ({ system, end, ...facts }) =>
    `${servers(facts, ` (${told(system)}, supported until ${told(end)})`, ['runs a system', 'run systems'])} out of support, which replication refuses.`,
  'legacy-driver': ({ what, ...facts }) =>
    `${servers(facts, ` (${told(what)})`, ['has a legacy network driver', 'have legacy network drivers'])}.`,
  'legacy-firmware': (facts) =>
    `${servers(facts, '', ['starts', 'start'])} by BIOS: generation 2 machines start by UEFI.`,
  'host-antivirus': ({ what, ...facts }) =>
    `${servers(facts, ` (${told(what)})`, ['runs an antivirus of its own', 'run an antivirus of their own'])}.`,
  'local-file-io': ({ share }) => `It reads or writes files at ${told(share)}.`,
  'fixed-address': ({ endpoints, first }) =>
    `${some(endpoints, 'integration point', 'integration points', told(first))} ${endpoints === 1 ? 'is' : 'are'} known by address only.`,
  'database-sign-in': ({ databases, first }) =>
    `It signs in to ${databases === 1 ? `its database ${told(first)}` : `${told(databases)} databases, such as ${told(first)}`}: look for accounts in its configuration.`,
};
