import type { Enterprise, MadeApplication, MadeServer } from './enterprise';
import { EXTERNALS } from './enterprise-words';
import { seededDraw, type Draw } from './seeded-draw';

type Row = readonly (string | number)[];

const SLOTS = [
  '7/27/2026 00:00-06:00',
  '7/27/2026 06:00-12:00',
  '7/27/2026 12:00-18:00',
  '7/28/2026 06:00-12:00',
] as const;
const PROCESS = { web: 'w3wp.exe', app: 'java', db: 'agent', service: 'svchost.exe' } as const;

interface Listener {
  readonly name: string;
  readonly address: string;
  readonly process: string;
  readonly port: number;
}

const rowOf = (draw: Draw, source: MadeServer, to: Listener): Row => [
  draw.one(SLOTS),
  source.name,
  source.address,
  '',
  PROCESS[source.tier],
  to.name,
  to.address,
  '',
  to.process,
  to.port,
];

const listener = ({ name, address }: MadeServer, process: string, port: number): Listener => ({
  name,
  address,
  process,
  port,
});

const ofTier = (servers: readonly MadeServer[], tier: MadeServer['tier']): readonly MadeServer[] =>
  servers.filter((server) => server.tier === tier);

/** Web calls application, application calls database; without a middle tier web calls the database. */
function* within(draw: Draw, { instances, database, isChatty }: MadeApplication): Generator<Row> {
  for (const { servers } of instances) {
    const [webs, apps, databases] = [ofTier(servers, 'web'), ofTier(servers, 'app'), ofTier(servers, 'db')];
    const middle = apps.length > 0 ? apps : webs;
    for (let times = isChatty ? 3 : 1; times > 0; times -= 1) {
      if (apps.length > 0)
        for (const web of webs) yield rowOf(draw, web, listener(draw.one(apps), 'java', 8_080));
      for (const caller of middle)
        for (const store of databases)
          yield rowOf(draw, caller, listener(store, database.process, database.port));
    }
  }
}

/** In the same environment, or in production where the other has none of it. */
function* between(draw: Draw, application: MadeApplication, all: readonly MadeApplication[]): Generator<Row> {
  for (const index of application.calls) {
    const called = all[index];
    if (called === undefined) continue;
    for (const { environment, servers } of application.instances) {
      const target =
        called.instances.find((other) => other.environment === environment) ?? called.instances[0];
      const caller = servers.find(({ tier }) => tier === 'app') ?? servers[0];
      if (target === undefined || caller === undefined) continue;
      const web = ofTier(target.servers, 'web');
      const times = application.isChatty ? 12 : 1 + draw.below(3);
      for (let time = 0; time < times; time += 1)
        yield rowOf(draw, caller, listener(draw.one(web), 'w3wp.exe', 443));
    }
  }
}

function* toServices(draw: Draw, server: MadeServer, services: readonly MadeApplication[]): Generator<Row> {
  for (const { instances, database } of services) {
    const [instance] = instances;
    if (instance === undefined || draw.share() < 0.1) continue;
    yield rowOf(draw, server, listener(draw.one(instance.servers), database.process, database.port));
  }
}

/** What scans find besides: services outside, clients nobody lists, ports given out for an hour. */
function* noise(draw: Draw, server: MadeServer): Generator<Row> {
  const share = draw.share();
  if (share < 0.05) {
    const [, address, port] = draw.one(EXTERNALS);
    yield rowOf(draw, server, { name: '', address, process: '', port });
  } else if (share < 0.08)
    yield rowOf(draw, server, listener(server, 'svchost.exe', 49_152 + draw.below(16_000)));
  else if (share < 0.12)
    yield [
      draw.one(SLOTS),
      '',
      `10.200.${draw.below(250)}.${draw.below(250)}`,
      '',
      '',
      server.name,
      server.address,
      '',
      'svchost.exe',
      445,
    ];
}

/** Observed traffic, about seven rows a server, in the columns of the export. */
export function* observedRows({ seed, services, applications, orphans }: Enterprise): Generator<Row> {
  const draw = seededDraw(seed + 2);
  for (const application of applications) {
    yield* within(draw, application);
    yield* between(draw, application, applications);
    for (const { servers } of application.instances)
      for (const server of servers) {
        yield* toServices(draw, server, services);
        yield* noise(draw, server);
      }
  }
  for (const server of orphans) yield* toServices(draw, server, services);
}
