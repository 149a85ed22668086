/**
 * Writes the histories of a run's ended orchestrations to test/history/recorded, one file a kind:
 * `npm run demo -- --auto --keep`, or of a database `npm run demo -- postgres --auto --keep`, then
 * `npm run history:record -- <kept folder>/causeway <label>`.
 * Files of earlier versions stay: running instances may still have such a history.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredEvent } from '../../host/engine/history';
import { EngineStore, type InstanceRow } from '../../host/storage/engine-store';
import type { RecordedHistory } from './recorded-history';

/** What an orchestration reads of evidence: the parts of a pass. The rest only passes through it. */
const KEPT_FACTS: ReadonlySet<string> = new Set(['parts']);

const withoutFacts = (text: string): string =>
  JSON.stringify(JSON.parse(text), (key, value: unknown) =>
    key === 'facts' && value !== null && typeof value === 'object'
      ? Object.fromEntries(Object.entries(value).filter(([name]) => KEPT_FACTS.has(name)))
      : value,
  );

const trimmed = (event: StoredEvent): StoredEvent => {
  if (event.type === 5 || event.type === 8) return { ...event, result: withoutFacts(event.result) };
  if (event.type === 4 || event.type === 7) return { ...event, input: 'null' };
  return event;
};

const labelOf = (row: InstanceRow): string => {
  const { phase } = JSON.parse(row.input) as { phase?: string };
  return phase ?? row.id.replace(/^.*--|^wave-/, '');
};

const taken = new Map<string, number>();
/** What was done again in the run has a number behind its label. */
const fileOf = (row: InstanceRow): string => {
  const name = `${label}.${row.name}.${labelOf(row)}`;
  const times = (taken.get(name) ?? 0) + 1;
  taken.set(name, times);
  return times === 1 ? `${name}.json` : `${name}-${times}.json`;
};

const [dataDir = '', label = ''] = process.argv.slice(2);
const store = new EngineStore(dataDir);
for (const row of store.list({ statuses: ['Completed'] }, 0, 1_000)) {
  const episodes = store
    .episodes(row.no)
    .map((episode) => ({ ...episode, events: episode.events.map(trimmed) }));
  const history: RecordedHistory = { name: row.name, instanceId: row.id, input: row.input, episodes };
  writeFileSync(join(__dirname, 'recorded', fileOf(row)), `${JSON.stringify(history)}\n`);
}
store.close();
