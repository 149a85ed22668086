import type { PathChoice } from '../../../contracts/planning/classification';
import type { InventoryWorkload } from '../../../contracts/planning/portfolio';
import type { Reason } from '../../../contracts/planning/reason';
import type { DataPath, DataPathKind, PlanSettings } from '../../../contracts/planning/settings';
import { because, minutesInWords, told, type Facts, type Sentences } from '../reasons';
import type { DataVolume } from './data-volume';
import { times, transferMinutes } from './forecast';

export interface ChosenPath {
  readonly choice: Omit<PathChoice, 'tool'>;
  readonly path: DataPath | null;
  readonly reasons: readonly Reason[];
  readonly assumed: readonly string[];
}

/** A line that needs longer makes a device worth its order (R27). */
const LONG_TRANSFER_MINUTES = 7 * 1_440;
/** Private before public, line before device: the order in which the guidance asks (R24–R27). */
const ORDER: readonly DataPathKind[] = ['express-route', 'vpn', 'internet', 'data-box'];

type Option = PathChoice['options'][number];
interface Assessed {
  readonly path: DataPath;
  readonly option: Option;
}

/** Which way the data of a workload takes, with every way that was looked at (R23–R28). `factor`: what transfers over a line really took (R38). */
export function choosePath(
  workload: InventoryWorkload,
  volume: DataVolume,
  settings: Pick<PlanSettings, 'paths' | 'lowVolumeGb'>,
  factor = 1,
): ChosenPath {
  const isSensitive = workload.isSensitive ?? true;
  const situation: Situation = {
    ...volume,
    isSensitive,
    isUrgent: isUrgent(workload),
    lowVolumeGb: settings.lowVolumeGb,
  };
  const assessed = ORDER.flatMap((kind) => settings.paths.filter((path) => path.kind === kind)).map(
    (path) => ({
      path,
      option: assess(path, situation, factor),
    }),
  );
  const options = assessed.map(({ option }) => option);
  const assumed = workload.isSensitive === null ? ['isSensitive'] : [];
  const chosen = choose(assessed);
  if (chosen === null) {
    const reason = because('path-none', 'R23', {
      looked: options.length,
      dataGb: inGigabytes(volume.dataGb),
    });
    const choice = { kind: null, transferMinutes: null, cost: null, options };
    return { choice, path: null, reasons: [reason], assumed };
  }
  const { kind, transferMinutes: takes, cost } = chosen.option;
  return {
    choice: { kind, transferMinutes: takes, cost, options },
    path: chosen.path,
    reasons: [reasonFor(chosen.path, volume, lineOf(assessed))],
    assumed: [...assumed, ...(takes === null ? ['megabitsPerSecond'] : [])],
  };
}

/** A device is out of reach for what is critical (R27). */
const isUrgent = ({ criticality }: InventoryWorkload): boolean =>
  criticality === null || criticality === 'high' || criticality === 'mission-critical';

interface Situation extends DataVolume {
  readonly isSensitive: boolean;
  readonly isUrgent: boolean;
  readonly lowVolumeGb: number;
}

function assess(path: DataPath, situation: Situation, factor: number): Option {
  const obstacles = obstaclesTo(path, situation);
  const takes = transferMinutes(situation.dataGb, path);
  return {
    kind: path.kind,
    isPossible: obstacles.length === 0,
    pros: PROS[path.kind],
    cons: [...obstacles, ...CONS[path.kind], ...(path.state === 'planned' ? ['not provisioned yet'] : [])],
    transferMinutes: takes === null || path.kind === 'data-box' ? takes : times(takes, factor),
    cost: Math.round(path.costPerGb * situation.dataGb * 100) / 100,
  };
}

function obstaclesTo(
  path: DataPath,
  { dataGb, isSensitive, isUrgent: urgent, lowVolumeGb }: Situation,
): string[] {
  if (path.state === 'unavailable') return ['not available'];
  if (path.kind === 'vpn' && path.state !== 'provisioned') return ['its gateway is not configured'];
  if (path.kind === 'internet') {
    return [
      ...(isSensitive ? ['the data is sensitive, or nobody has said that it is not'] : []),
      ...(dataGb > lowVolumeGb
        ? [`${Math.round(dataGb)} GB are more than the ${lowVolumeGb} GB allowed`]
        : []),
    ];
  }
  if (path.kind === 'data-box' && urgent) return ['the workload is critical, or its criticality is unknown'];
  return [];
}

const lineOf = (assessed: readonly Assessed[]): Assessed | undefined =>
  assessed.find(({ path, option }) => option.isPossible && path.kind !== 'data-box');

/** The first possible line; a device instead where every line is missing, or so slow that shipping wins. */
function choose(assessed: readonly Assessed[]): Assessed | null {
  const line = lineOf(assessed);
  const device = assessed.find(({ path, option }) => option.isPossible && path.kind === 'data-box');
  if (line === undefined) return device ?? null;
  const byLine = line.option.transferMinutes?.likely ?? 0;
  const byDevice = device?.option.transferMinutes?.likely ?? Infinity;
  return device !== undefined && byLine > LONG_TRANSFER_MINUTES && byDevice < byLine ? device : line;
}

const REQUIREMENTS = { 'express-route': 'R24', vpn: 'R25', internet: 'R26', 'data-box': 'R27' } as const;
const reasonFor = ({ kind, state }: DataPath, { dataGb }: DataVolume, line: Assessed | undefined): Reason => {
  const facts = { state, dataGb: inGigabytes(dataGb) };
  if (kind !== 'data-box') return because(`path-${kind}`, REQUIREMENTS[kind], facts);
  const lineMinutes = line?.option.transferMinutes?.likely ?? null;
  return because('path-data-box', REQUIREMENTS[kind], {
    ...facts,
    line: line?.path.kind ?? null,
    lineMinutes,
  });
};

/** As people say it: whole gigabytes, small ones with two digits more. */
const inGigabytes = (gigabytes: number): number =>
  gigabytes < 10 ? Math.round(gigabytes * 100) / 100 : Math.round(gigabytes);

const PROS: Readonly<Record<DataPathKind, string[]>> = {
  'express-route': ['private', 'steady rate and latency'],
  vpn: ['private', 'there without a new line'],
  internet: ['there at once', 'no gateway to pay'],
  'data-box': ['no load on any line', 'its time hardly grows with the volume'],
};
const CONS: Readonly<Record<DataPathKind, string[]>> = {
  'express-route': ['shared with other traffic of the circuit'],
  vpn: ['rate limited by the gateway', 'latency of the internet'],
  internet: ['public', 'rate and latency vary'],
  'data-box': [
    'has to be ordered, filled, shipped and emptied',
    'changes meanwhile travel by line afterwards',
  ],
};

const forData = ({ dataGb }: Facts): string => `${told(dataGb)} GB`;
const nonePossible = ({ looked }: Facts): string => {
  if (looked === 0) return 'The settings describe no path for';
  return looked === 1 ? 'The only path may not carry' : `None of ${told(looked)} paths may carry`;
};

export const pathSentences: Sentences = {
  'path-express-route': (facts) => `ExpressRoute is ${told(facts['state'])} and takes its ${forData(facts)}.`,
  'path-vpn': (facts) =>
    `No ExpressRoute is available; the VPN gateway is configured and takes its ${forData(facts)}.`,
  'path-internet': (facts) =>
    `No private line is available; its ${forData(facts)}, not sensitive, may go over the internet.`,
  'path-data-box': ({ line, lineMinutes, ...facts }) =>
    typeof lineMinutes === 'number'
      ? `Its ${forData(facts)} would take ${minutesInWords(lineMinutes)} by ${told(line)}, and it is not urgent: Data Box is quicker.`
      : `Its ${forData(facts)} are not urgent, and no line takes them in reasonable time: Data Box.`,
  'path-none': (facts) => `${nonePossible(facts)} its ${forData(facts)}.`,
};
