import type { Criticality, EnvironmentKind } from '../../../shared/contracts/planning/portfolio';
import {
  CRITICALITIES,
  ENVIRONMENTS,
  FAMILY,
  GIVEN,
  KINDS,
  SHARED_SERVICES,
  SYSTEMS,
  UNITS,
} from './enterprise-words';
import { seededDraw, type Draw } from './seeded-draw';

export interface MadeServer {
  readonly name: string;
  readonly address: string;
  readonly tier: 'web' | 'app' | 'db' | 'service';
  readonly system: string;
  readonly cores: number;
  readonly memoryMb: number;
  readonly storageGb: number;
  readonly isUefi: boolean;
}

export interface MadeInstance {
  readonly environment: EnvironmentKind;
  readonly servers: readonly MadeServer[];
}

export interface MadeApplication {
  readonly name: string;
  readonly unit: string;
  readonly owner: string;
  readonly criticality: Criticality;
  readonly isInternal: boolean;
  readonly database: { readonly process: string; readonly port: number };
  readonly instances: readonly MadeInstance[];
  /** Indexes of the applications that it calls; one of a smaller index was made before. */
  readonly calls: readonly number[];
  /** Moves more over the network than others. */
  readonly isChatty: boolean;
}

/** A made-up company, the same for the same seed and size. */
export interface Enterprise {
  readonly seed: number;
  readonly servers: number;
  readonly services: readonly MadeApplication[];
  readonly applications: readonly MadeApplication[];
  /** Servers of which nobody knows what they are for. */
  readonly orphans: readonly MadeServer[];
}

const SQL_SERVER = { process: 'sqlservr.exe', port: 1433 };
const ORACLE = { process: 'oracle', port: 1521 };
const LINUX_DATABASES = [{ process: 'postgres', port: 5432 }, { process: 'mysqld', port: 3306 }, ORACLE];
const COUNTS: Readonly<Record<Criticality, number>> = { low: 1, medium: 2, high: 3, 'mission-critical': 4 };

/** Makes servers, each with an address of its own. */
class ServerFactory {
  private made = 0;

  constructor(private readonly draw: Draw) {}

  get count(): number {
    return this.made;
  }

  make(name: string, tier: MadeServer['tier'], isLinux: boolean): MadeServer {
    const { draw } = this;
    const index = this.made;
    this.made += 1;
    const cores = tier === 'db' ? draw.one([8, 16, 32]) : draw.one([2, 4, 8]);
    return {
      name,
      address: `10.${Math.floor(index / 62_500) + 10}.${Math.floor(index / 250) % 250}.${(index % 250) + 2}`,
      tier,
      system: draw.weighted(SYSTEMS[isLinux ? 'linux' : 'windows']),
      cores,
      memoryMb: cores * draw.one([2_048, 4_096, 8_192]),
      storageGb: tier === 'db' ? 100 + draw.below(2_000) : 40 + draw.below(160),
      isUefi: draw.share() < 0.7,
    };
  }
}

const person = (draw: Draw): string => `${draw.one(GIVEN)} ${draw.one(FAMILY)}`;

const serviceOf = (index: number, size: number, draw: Draw, factory: ServerFactory): MadeApplication => {
  const { name, code, port, process } = SHARED_SERVICES[index] ?? SHARED_SERVICES[0];
  const count = 2 + Math.floor(size / 2_000);
  const servers = Array.from({ length: count }, (_, number) =>
    factory.make(`${code}${String(number + 1).padStart(2, '0')}`, 'service', code === 'bkp'),
  );
  return {
    name,
    unit: 'IT Operations',
    owner: person(draw),
    criticality: 'mission-critical',
    isInternal: true,
    database: { process, port },
    instances: [{ environment: 'production', servers }],
    calls: [],
    isChatty: false,
  };
};

const environmentsOf = (criticality: Criticality): readonly (typeof ENVIRONMENTS)[number][] =>
  ENVIRONMENTS.filter(({ kind }) => kind !== 'staging' || criticality === 'mission-critical').filter(
    ({ kind }) => kind !== 'test' || criticality !== 'low',
  );

function applicationOf(index: number, draw: Draw, factory: ServerFactory): MadeApplication {
  const [unit, subjects] = UNITS[index % UNITS.length] ?? ['Sales', ['Order']];
  const perUnit = Math.floor(index / UNITS.length);
  const subject = subjects[perUnit % subjects.length] ?? '';
  const kind = KINDS[Math.floor(perUnit / subjects.length) % KINDS.length] ?? '';
  const round = Math.floor(perUnit / (subjects.length * KINDS.length));
  const name = `${subject} ${kind}${round === 0 ? '' : ` ${round + 1}`}`;
  const criticality = draw.weighted(CRITICALITIES);
  const isLinux = draw.share() < 0.45;
  const code = `${subject.replace(/[^A-Za-z]/g, '').slice(0, 4)}${index}`.toLowerCase();
  const instances = environmentsOf(criticality).map(({ kind: environment, letter }) => {
    const isLive = environment === 'production' || environment === 'staging';
    const tiers = [
      ['web', isLive ? COUNTS[criticality] : 1],
      ['app', isLive ? COUNTS[criticality] : draw.below(2)],
      ['db', isLive && criticality === 'mission-critical' ? 2 : 1],
    ] as const;
    const servers = tiers.flatMap(([tier, count]) =>
      Array.from({ length: count }, (_, number) =>
        factory.make(`${code}${letter}${tier}${String(number + 1).padStart(2, '0')}`, tier, isLinux),
      ),
    );
    return { environment, servers };
  });
  return {
    name,
    unit,
    owner: person(draw),
    criticality,
    isInternal: draw.share() < 0.6,
    database: isLinux
      ? draw.one(LINUX_DATABASES)
      : draw.weighted([
          [SQL_SERVER, 4],
          [ORACLE, 1],
        ]),
    instances,
    calls: callsOf(index, draw),
    isChatty: draw.share() < 0.1,
  };
}

/** Mostly neighbours of the own unit, now and then anybody, and one in ten everybody's hub. */
function callsOf(index: number, draw: Draw): number[] {
  const calls = new Set<number>();
  for (let count = draw.below(4); count > 0 && index > 0; count -= 1) {
    const near = index - UNITS.length * (1 + draw.below(6));
    const target =
      draw.share() < 0.75 && near >= 0
        ? near
        : draw.share() < 0.3
          ? draw.below(Math.min(index, 5))
          : draw.below(index);
    calls.add(target);
  }
  return [...calls].sort((a, b) => a - b);
}

/** A company of about this many servers; the last application may bring a few more. */
export function makeEnterprise(servers: number, seed: number): Enterprise {
  const draw = seededDraw(seed);
  const factory = new ServerFactory(draw);
  const services = SHARED_SERVICES.map((_, index) => serviceOf(index, servers, draw, factory));
  const orphans = Array.from({ length: Math.floor(servers * 0.02) }, (_, index) =>
    factory.make(`srv${String(index + 1).padStart(5, '0')}`, 'app', draw.share() < 0.5),
  );
  const applications: MadeApplication[] = [];
  while (factory.count < servers) applications.push(applicationOf(applications.length, draw, factory));
  return { seed, servers: factory.count, services, applications, orphans };
}
