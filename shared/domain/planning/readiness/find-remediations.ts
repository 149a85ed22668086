import type { Connection, InventoryServer, InventoryWorkload } from '../../../contracts/planning/portfolio';
import type { Remediation } from '../../../contracts/planning/classification';
import { because, told, type Facts, type Sentences } from '../reasons';
import { supportEnd } from './operating-system-support';

/** A remediation before people have said anything of it. */
export type Found = Pick<Remediation, 'key' | 'title' | 'severity' | 'reason'>;

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
): readonly Found[] {
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
function operatingSystems(servers: readonly InventoryServer[], asOf: string): Found[] {
  const outOfSupport = servers.flatMap(({ name, operatingSystem, operatingSystemVersion }) => {
    const end = supportEnd(operatingSystem, operatingSystemVersion);
    const system = operatingSystem ?? operatingSystemVersion;
    return end !== null && end < asOf ? [{ name, system, end }] : [];
  });
  const [first] = outOfSupport;
  if (first === undefined) return [];
  const facts = {
    servers: outOfSupport.length,
    first: first.name,
    system: first.system,
    end: first.end,
  };
  const reason = because('operating-system-out-of-support', 'R74', facts);
  return [
    { key: 'operating-system', title: 'Replace operating systems out of support', severity: 'block', reason },
  ];
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
): Found[] {
  const hits = servers.flatMap((server) => {
    const what = seen(server);
    return what === undefined ? [] : [{ name: server.name, what }];
  });
  const [first] = hits;
  if (first === undefined) return [];
  const [requirement, title] = ON_SERVERS[key];
  const reason = because(key, requirement, { servers: hits.length, first: first.name, what: first.what });
  return [{ key, title, severity: 'warn', reason }];
}

function localFiles(
  { dependsOn, integrations }: InventoryWorkload,
  outgoing: readonly Connection[],
): Found[] {
  const share =
    dependsOn.find(({ kind }) => kind === 'shared-files')?.on ??
    integrations.find(({ kind }) => kind === 'file-exchange')?.name ??
    outgoing.find(({ ports }) => ports.some((port) => FILE_PORTS.has(port)))?.to;
  if (share === undefined) return [];
  const reason = because('local-file-io', 'R76', { share });
  return [
    {
      key: 'local-file-io',
      title: 'Replace file shares by Blob Storage or Azure Files',
      severity: 'warn',
      reason,
    },
  ];
}

function fixedAddresses({ integrations }: InventoryWorkload): Found[] {
  const fixed = integrations.filter(({ endpoint }) => endpoint !== undefined && IS_ADDRESS.test(endpoint));
  const [first] = fixed;
  if (first === undefined) return [];
  const reason = because('fixed-address', 'R77', { endpoints: fixed.length, first: first.endpoint ?? null });
  return [{ key: 'fixed-address', title: 'Replace fixed addresses by names', severity: 'warn', reason }];
}

/** No inventory shows accounts; whoever signs in to a database has some. */
function signIns({ databases }: InventoryWorkload): Found[] {
  const [first] = databases;
  if (first === undefined) return [];
  const reason = because('database-sign-in', 'R79', { databases: databases.length, first: first.name });
  return [{ key: 'fixed-accounts', title: 'Use managed identities for sign-in', severity: 'warn', reason }];
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
