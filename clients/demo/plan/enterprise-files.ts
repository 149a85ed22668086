import type { Criticality } from '../../../shared/contracts/planning/portfolio';
import type { Enterprise, MadeApplication, MadeInstance, MadeServer } from './enterprise';
import { ENVIRONMENTS } from './enterprise-words';
import { seededDraw } from './seeded-draw';
import { observedRows } from './observed-rows';

/** Pieces are joined up to about this many characters, so that a hundred thousand servers are no hundred thousand writes. */
const PIECE = 65_536;
export const DOMAIN = 'corp.example';

function* pieces(lines: Iterable<string>): Generator<string> {
  let piece = '';
  for (const line of lines) {
    piece += line;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

const tagOf = ({ environment }: MadeInstance): string =>
  ENVIRONMENTS.find(({ kind }) => kind === environment)?.tag ?? '';

const inventoryLine = (server: MadeServer, application: string, tag: string): string =>
  [
    `${server.name}.${DOMAIN}`,
    server.address,
    server.cores,
    server.memoryMb,
    server.system,
    'Virtual',
    'VMware',
    server.isUefi ? 'UEFI' : 'BIOS',
    1,
    server.storageGb,
    application,
    tag === '' ? '' : `Environment: ${tag}`,
  ].join(',') + '\r\n';

const INVENTORY_HEADER =
  '\ufeff*Server name,IP addresses,*Cores,*Memory (In MB),*OS name,Server type,Hypervisor,Boot type,Number of disks,Storage in use (In GB),Application name(s),Tags\r\n';

function* inventoryLines({ services, applications, orphans }: Enterprise): Generator<string> {
  yield INVENTORY_HEADER;
  for (const application of [...services, ...applications])
    for (const instance of application.instances)
      for (const server of instance.servers) yield inventoryLine(server, application.name, tagOf(instance));
  for (const server of orphans) yield inventoryLine(server, '', '');
}

const DEPENDENCY_HEADER =
  'Time slot,Source server name,Source IP,Source application,Source process,Destination server name,Destination IP,Destination application,Destination process,Destination port\r\n';

function* dependencyLines(enterprise: Enterprise): Generator<string> {
  yield DEPENDENCY_HEADER;
  for (const row of observedRows(enterprise)) yield `${row.join(',')}\r\n`;
}

const slugOf = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]+/g, '-');

const AVAILABILITY: Readonly<Record<Criticality, number>> = {
  low: 98,
  medium: 99,
  high: 99.9,
  'mission-critical': 99.99,
};
const RECOVERY: Readonly<Record<Criticality, number>> = {
  low: 1_440,
  medium: 480,
  high: 60,
  'mission-critical': 5,
};

function factsOf(application: MadeApplication, { environment }: MadeInstance, share: number): string {
  const id =
    environment === 'production' ? slugOf(application.name) : `${slugOf(application.name)}-${environment}`;
  const { criticality } = application;
  const isLive = environment === 'production';
  const lines = [
    `  - id: ${id}`,
    `    owner: ${application.owner}`,
    `    businessUnit: ${application.unit}`,
    `    criticality: ${isLive ? criticality : 'low'}`,
    `    isInternal: ${application.isInternal || !isLive}`,
    ...(isLive
      ? [
          `    availabilityPercent: ${AVAILABILITY[criticality]}`,
          `    recoveryTimeMinutes: ${RECOVERY[criticality]}`,
        ]
      : []),
    ...(share < 0.8 ? [`    acceptableDowntimeMinutes: ${isLive ? RECOVERY[criticality] * 2 : 2_880}`] : []),
    ...(share < 0.5 ? [`    recoveryPointMinutes: ${Math.ceil(RECOVERY[criticality] / 4)}`] : []),
    ...(share < 0.3 ? [`    targetArchitecture: https://architecture.${DOMAIN}/${id}`] : []),
    ...(isLive
      ? ['    maintenance: [{ days: [sat], from: "20:00", to: "06:00", timeZone: Europe/Berlin }]']
      : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** One in ten has not answered yet. */
function* factLines({ seed, services, applications }: Enterprise): Generator<string> {
  const draw = seededDraw(seed + 1);
  yield 'workloads:\n';
  for (const application of [...services, ...applications])
    for (const instance of application.instances) {
      const share = draw.share();
      if (share < 0.9) yield factsOf(application, instance, share);
    }
}

/** An inventory as Azure Migrate exports it, CSV. */
export const inventoryCsv = (enterprise: Enterprise): Generator<string> => pieces(inventoryLines(enterprise));
/** Observed dependencies as Azure Migrate exports them, CSV. */
export const dependenciesCsv = (enterprise: Enterprise): Generator<string> =>
  pieces(dependencyLines(enterprise));
/** What owners know and no scan finds, YAML of Causeway. */
export const factsYaml = (enterprise: Enterprise): Generator<string> => pieces(factLines(enterprise));
