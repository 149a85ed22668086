import { z } from 'zod';
import type { Recorded } from '../../shared/contracts/cutover';
import { LogEntry } from '../../shared/contracts/log-entry';
import { CutoverId, Slug } from '../../shared/contracts/primitives';
import { exportLog } from '../../shared/domain/log-chain';
import { readCutover } from '../../shared/ledger/cutovers';
import {
  cutoverPartition,
  environmentPartition,
  logEntryType,
  planPartition,
  portfolioPartition,
  wavePartition,
  workloadPartition,
} from '../../shared/ledger/documents';
import { readEnvironment } from '../../shared/ledger/environments';
import type { Ledger } from '../../shared/ledger/ledger';
import { readPlan } from '../../shared/ledger/plans';
import { readPortfolio } from '../../shared/ledger/portfolios';
import { readWave } from '../../shared/ledger/waves';
import { readWorkload } from '../../shared/ledger/workloads';
import type { Page, Store } from '../../shared/ports/store';
import { PageQuery, pageOf, pageRequest, toPage } from './edge/paging';
import { json } from './edge/reply';
import { route, type Route } from './edge/route';
import { READERS } from './roles';

interface Subject {
  readonly name: 'cutover' | 'wave' | 'workload' | 'environment' | 'portfolio' | 'plan';
  readonly id: z.ZodString;
  readonly partition: (id: string) => string;
  /** Throws `not-found`. */
  readonly read: (ledger: Ledger, id: string) => Promise<{ readonly body: Recorded }>;
}

const SUBJECTS: readonly Subject[] = [
  { name: 'cutover', id: CutoverId, partition: cutoverPartition, read: readCutover },
  { name: 'wave', id: Slug, partition: wavePartition, read: readWave },
  { name: 'environment', id: Slug, partition: environmentPartition, read: readEnvironment },
  { name: 'workload', id: Slug, partition: workloadPartition, read: readWorkload },
  { name: 'portfolio', id: Slug, partition: portfolioPartition, read: readPortfolio },
  { name: 'plan', id: Slug, partition: planPartition, read: readPlan },
];

const capital = (name: string) => `${name[0]?.toUpperCase() ?? ''}${name.slice(1)}`;

const readLog = ({ name, id, partition, read }: Subject): Route =>
  route({
    operation: `get${capital(name)}Log`,
    method: 'GET',
    path: `${name}s/{id}/log`,
    summary: `The log of a ${name}, oldest entry first (R133).`,
    access: READERS,
    params: z.object({ id }),
    query: PageQuery,
    responses: { 200: { description: 'A page of entries.', schema: pageOf(LogEntry) } },
    refusals: [404],
    handle: async ({ params, query, url }, { ledger }) => {
      await read(ledger, params.id);
      const page = await ledger.store.list(logEntryType, partition(params.id), pageRequest(query));
      return json(
        200,
        toPage(page, url, (entry) => entry),
      );
    },
  });

const exportRoute = ({ name, id, partition, read }: Subject): Route =>
  route({
    operation: `export${capital(name)}Log`,
    method: 'GET',
    path: `${name}s/{id}/log/export`,
    summary: `The whole log of a ${name} for verification without the service: header, entries, head, a line each.`,
    access: READERS,
    params: z.object({ id }),
    query: z.object({}),
    responses: { 200: { description: 'The log as JSON lines.', schema: 'lines' } },
    refusals: [404],
    handle: async ({ params }, { ledger }) => {
      const { body } = await read(ledger, params.id);
      const subject = partition(params.id);
      // Entries that came after the head was read belong to a later export.
      const entries = (await allEntries(ledger.store, subject)).slice(0, body.log.length);
      const lines = exportLog(subject, entries, body.log);
      return { status: 200, content: { kind: 'lines', lines: withLineEnds(lines) } };
    },
  });

async function allEntries(store: Store, subject: string): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  let continuation: string | null = null;
  do {
    const page: Page<LogEntry> = await store.list(logEntryType, subject, { limit: 1_000, continuation });
    entries.push(...page.items.map((item) => item.body));
    continuation = page.continuation;
  } while (continuation !== null);
  return entries;
}

async function* withLineEnds(lines: readonly string[]): AsyncGenerator<string> {
  for (const line of lines) yield `${line}\n`;
}

export const logRoutes = SUBJECTS.flatMap((subject) => [readLog(subject), exportRoute(subject)]);
