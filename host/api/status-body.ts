import type { Episode } from '../engine/history';
import type { InstanceRow } from '../storage/engine-store';
import { historyBody, type HistoryOptions } from './history-body';

export interface StatusOptions extends HistoryOptions {
  readonly showHistory: boolean;
}

/** An instance as the durable HTTP API shows it. */
export const statusBody = (
  row: InstanceRow,
  options: StatusOptions,
  episodes: () => readonly Episode[],
): Record<string, unknown> => ({
  name: row.name,
  instanceId: row.id,
  runtimeStatus: row.status,
  input: options.showInput ? parsed(row.input) : null,
  customStatus: parsed(row.customStatus),
  output: parsed(row.output),
  createdTime: wholeSeconds(row.createdAtMs),
  lastUpdatedTime: wholeSeconds(row.updatedAtMs),
  ...(options.showHistory ? { historyEvents: historyBody(episodes(), options) } : {}),
});

const parsed = (json: string | null): unknown => (json === null ? null : (JSON.parse(json) as unknown));

const wholeSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
