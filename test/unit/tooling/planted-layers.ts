/** A module in every place that others may want to import. */
export const LANDMARKS = {
  contracts: 'shared/contracts/landmark',
  domain: 'shared/domain/landmark',
  frozen: 'shared/domain/frozen/landmark',
  ports: 'shared/ports/landmark',
  ledger: 'shared/ledger/landmark',
  sqlite: 'shared/adapters/sqlite/landmark',
  teams: 'shared/adapters/teams/landmark',
  blobMover: 'shared/movers/blob/landmark',
  filesMover: 'shared/movers/files/landmark',
  orchestrations: 'orchestrations/landmark',
  itineraries: 'orchestrations/itineraries/landmark',
  functions: 'functions/landmark',
  host: 'host/landmark',
  clients: 'clients/landmark',
  test: 'test/landmark',
} as const;
export type Place = keyof typeof LANDMARKS;
const places = Object.keys(LANDMARKS) as Place[];

export interface Importer {
  readonly folder: string;
  readonly mayCall: readonly Place[];
  /** Places of which it may import types and nothing else. */
  readonly mayName?: readonly Place[];
  /** The rule that refuses every other place, unless `exceptions` names another. */
  readonly refusedBy: string;
  readonly exceptions?: Partial<Record<Place, string>>;
}

const PORTS_AND_BELOW: readonly Place[] = ['contracts', 'domain', 'frozen', 'ports'];
const APPLICATION: readonly Place[] = [
  ...PORTS_AND_BELOW,
  'ledger',
  'blobMover',
  'filesMover',
  'orchestrations',
  'itineraries',
  'functions',
];

/** The import rules once more, written from the design and not from the configuration that they test. */
export const IMPORTERS: readonly Importer[] = [
  { folder: 'shared/contracts', mayCall: ['contracts'], refusedBy: 'contracts-imports' },
  { folder: 'shared/domain', mayCall: ['contracts', 'domain', 'frozen'], refusedBy: 'domain-imports' },
  {
    folder: 'shared/domain/calendars',
    mayCall: ['contracts', 'domain', 'frozen'],
    refusedBy: 'calendars-imports',
  },
  {
    folder: 'shared/domain/frozen',
    mayCall: ['frozen'],
    mayName: ['contracts'],
    refusedBy: 'frozen-imports',
    exceptions: { contracts: 'frozen-types-only' },
  },
  { folder: 'shared/ports', mayCall: PORTS_AND_BELOW, refusedBy: 'ports-imports' },
  { folder: 'shared/ledger', mayCall: [...PORTS_AND_BELOW, 'ledger'], refusedBy: 'ledger-imports' },
  {
    folder: 'shared/adapters/sqlite',
    mayCall: [...PORTS_AND_BELOW, 'sqlite'],
    refusedBy: 'adapters-imports',
    exceptions: { teams: 'no-sibling' },
  },
  {
    folder: 'shared/movers/files',
    mayCall: [...PORTS_AND_BELOW, 'filesMover'],
    refusedBy: 'movers-imports',
    exceptions: { blobMover: 'no-sibling' },
  },
  {
    folder: 'orchestrations',
    mayCall: ['orchestrations', 'frozen'],
    mayName: ['contracts', 'domain', 'itineraries'],
    refusedBy: 'orchestrations-imports',
    exceptions: {
      contracts: 'orchestrations-types-only',
      domain: 'orchestrations-types-only',
      itineraries: 'itinerary-from-input',
    },
  },
  {
    folder: 'orchestrations/itineraries',
    mayCall: ['contracts', 'itineraries'],
    refusedBy: 'itineraries-imports',
  },
  {
    folder: 'functions',
    mayCall: [...APPLICATION, 'sqlite', 'teams'],
    refusedBy: 'functions-imports',
  },
  {
    folder: 'functions/steps',
    mayCall: APPLICATION,
    refusedBy: 'functions-imports',
    exceptions: { sqlite: 'ports-not-adapters', teams: 'ports-not-adapters' },
  },
  { folder: 'host', mayCall: ['host', 'sqlite'], refusedBy: 'host-imports' },
  { folder: 'clients', mayCall: ['clients', 'contracts'], refusedBy: 'clients-imports' },
  {
    folder: 'clients/verify-log',
    mayCall: ['contracts', 'domain', 'frozen'],
    refusedBy: 'verifyLog-imports',
  },
  {
    folder: 'clients/restore-backup',
    mayCall: ['contracts', 'ports', 'sqlite', 'teams', 'blobMover', 'filesMover'],
    refusedBy: 'restoreBackup-imports',
  },
  { folder: 'scripts', mayCall: places.filter((place) => place !== 'test'), refusedBy: 'no-test-code' },
  { folder: 'test/unit', mayCall: places, refusedBy: 'none' },
];

type How = 'calls' | 'names';

/** One file with one import, and the rule that must refuse it: null where it is allowed. */
export interface PlantedImport {
  readonly file: string;
  readonly text: string;
  readonly rule: string | null;
}

const plantedImport = (importer: Importer, how: How, place: Place): PlantedImport => {
  const { folder, mayCall, mayName = [], exceptions = {}, refusedBy } = importer;
  const target = `${'../'.repeat(folder.split('/').length)}${LANDMARKS[place]}`;
  const allowed = mayCall.includes(place) || (how === 'names' && mayName.includes(place));
  return {
    file: `${folder}/${how}-${place}.ts`,
    text:
      how === 'names'
        ? `import type { Landmark } from '${target}';\nexport type Seen = Landmark;\n`
        : `import { landmark } from '${target}';\nexport const seen = landmark;\n`,
    rule: allowed ? null : (exceptions[place] ?? refusedBy),
  };
};

/** Every place imported once by value and once by type. */
export const plantedImports = (importer: Importer): PlantedImport[] =>
  places.flatMap((place) => [
    plantedImport(importer, 'calls', place),
    plantedImport(importer, 'names', place),
  ]);
