import type { CutoverView } from '../../shared/contracts/api';
import type { Gate } from '../../shared/contracts/gate';
import type { Part, Table } from './command';
import { assignments, limitsOf } from './limits';

export const SWITCH_COLUMNS = ['number', 'to', 'beganAt', 'outageMs', 'writeBlockedMs', 'attempts'];

const said = (...lines: (string | null)[]): Part[] =>
  lines.filter((line) => line !== null).map((title) => ({ title, facts: [] }));

const table = (title: string, { rows, ...rest }: Table): Part[] =>
  rows.length === 0 ? [] : [{ title, rows, ...rest }];

/** A cutover as people follow it; `gate` is the one that it waits at. Everything else stands in its JSON. */
export const showCutover = (cutover: CutoverView, gate: Gate | null): Part[] => [
  ...said(...standing(cutover)),
  ...table('Stages', {
    columns: ['name', 'status', 'attempts', 'endedAt'],
    rows: cutover.stages,
    below: 'reason',
  }),
  ...(gate === null ? [] : gateParts(gate)),
  ...table('Moving', {
    columns: ['stage', 'items', 'bytes', 'bytesPerSecond', 'secondsLeft', 'stalledMs'],
    rows: cutover.progress.map((progress) => ({
      ...progress,
      items: `${progress.doneItems}/${progress.totalItems}`,
      bytes: `${progress.doneBytes}/${progress.totalBytes}`,
    })),
    below: 'limitInForce',
  }),
  ...table('Databases', {
    columns: [
      'assetId',
      'doing',
      'tables',
      'bytes',
      'lagMs',
      'forecastWindowMs',
      'walKeptBytes',
      'updatedAt',
    ],
    rows: cutover.databases.map((database) => ({
      ...database,
      tables: ofAll(database.tablesDone, database.tablesTotal),
      bytes: ofAll(database.copiedBytes, database.totalBytes),
    })),
    below: 'detail',
  }),
  ...table('Limits', {
    columns: ['asset'],
    rows: Object.entries(limitsOf(cutover)).map(([asset, limits]) => ({
      asset,
      limits: `${assignments(limits)}${heldLast(cutover, asset)}`,
    })),
    below: 'limits',
  }),
  ...table('Switches', { columns: SWITCH_COLUMNS, rows: cutover.switches ?? [] }),
  ...outages(cutover),
];

function standing({ id, status, stage, itinerary, waitingFor, turningBack }: CutoverView): (string | null)[] {
  const at = stage === null ? '' : `, stage ${stage}`;
  return [
    `${id}: ${status}${at} (method ${itinerary.name}, version ${itinerary.version})`,
    waitingFor === null ? null : `Waits for: ${waitingFor}`,
    turningBack === null
      ? null
      : `Turns back (${turningBack.kind}), ordered by ${turningBack.by}: ${turningBack.reason}`,
  ];
}

const gateParts = ({ id, gate, roles, choices, question, planHash }: Gate): Part[] =>
  table('Open gate', {
    columns: ['id', 'gate', 'roles', 'choices', 'planHash'],
    rows: [{ id, gate, roles: roles.join(), choices: choices.join(), planHash, question }],
    below: 'question',
  });

const ofAll = (done: number | null, total: number | null): string | null =>
  done === null && total === null ? null : `${done ?? '?'}/${total ?? '?'}`;

const heldLast = ({ ratesInForce }: CutoverView, asset: string): string =>
  ratesInForce?.[asset] === undefined ? '' : `; held last: ${ratesInForce[asset]}`;

const outages = ({ outage, outageOnReturn }: CutoverView): Part[] =>
  table('Outages', {
    columns: ['outage', 'beganAt', 'endedAt'],
    rows: [
      { outage: 'on the way', ...outage },
      { outage: 'on the way back', ...outageOnReturn },
    ].filter(({ beganAt }) => beganAt !== null),
  });
