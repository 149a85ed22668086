import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import type { CopyTrial } from '../../../contracts/copy-trial';
import { openClient } from '../connect/open-client';
import { qualifiedName, quoteIdentifier } from '../connect/quote';
import { readSourceTables, serverMajor, type SourceTable } from '../offline/source-tables';
import type { PostgresContext } from '../postgres-context';
import { Slice } from '../slice';
import { forecastMs, spread, STRATA, stratumOf, type Stratum } from '../verification/forecast-verification';

const TABLES_OF_A_STRATUM = 3;
const SAMPLE_BYTES = 16 * 2 ** 20;
const SEED = 20_110;
const BUDGET_MS = 60_000;

interface Sample {
  readonly bytes: number;
  readonly ms: number;
}

/**
 * Copies pages from anywhere in a few tables of every size class into temporary tables of the target, which are gone with their
 * transactions, and tells from that how long all rows will take (R81). Keeps to the limits. Null where a command waits.
 */
export async function tryCopy(context: PostgresContext): Promise<CopyTrial | null> {
  const begun = performance.now();
  const source = await openClient(context.source, { name: 'trial', readOnly: true });
  try {
    const target = await openClient(context.target, { name: 'trial' });
    try {
      const tables = await readSourceTables(source, context.asset.schemas, await serverMajor(target));
      const strata: Stratum[] = [];
      const end = await Slice.run(context, BUDGET_MS, {
        rateOf: ({ bytesPerSecond }) => bytesPerSecond,
        work: async (slice) => {
          for (const stratum of STRATA)
            strata.push(await tryStratum({ source, target, slice }, stratum, tables));
          return true;
        },
      });
      if (end === 'interrupted') return null;
      const { copyWorkers: streams } = await context.limits();
      return {
        ...{ strata, streams, bytes: tables.reduce((sum, { bytes }) => sum + bytes, 0) },
        durationMs: Math.round(performance.now() - begun),
        forecastMs: Math.round(forecastMs(strata) / streams),
      };
    } finally {
      await target.end();
    }
  } finally {
    await source.end();
  }
}

interface Between {
  readonly source: Client;
  readonly target: Client;
  readonly slice: Slice;
}

async function tryStratum(
  between: Between,
  stratum: Stratum['stratum'],
  all: readonly SourceTable[],
): Promise<Stratum> {
  const tables = all.filter(({ bytes }) => stratumOf(bytes) === stratum);
  const copied = tables.filter(({ heap, columns }) => heap && columns.length > 0);
  const samples: Sample[] = [];
  for (const table of spread(copied, TABLES_OF_A_STRATUM)) {
    // What is left out past its time makes the forecast coarser, not wrong.
    if (between.slice.over) break;
    samples.push(await tryTable(between, table));
  }
  return {
    ...{ stratum, tables: tables.length, bytes: tables.reduce((sum, { bytes }) => sum + bytes, 0) },
    ...{ sampledTables: samples.length, sampledChunks: samples.length },
    sampledBytes: Math.round(samples.reduce((sum, { bytes }) => sum + bytes, 0)),
    sampledMs: Math.round(samples.reduce((sum, { ms }) => sum + ms, 0)),
  };
}

/** As text into columns of text: types of the source's own may not exist on the target yet. */
async function tryTable({ source, target, slice }: Between, table: SourceTable): Promise<Sample> {
  const share = Math.min(1, SAMPLE_BYTES / Math.max(1, table.bytes));
  const columns = table.columns.map(quoteIdentifier).join(', ');
  const name = qualifiedName(table.schema, table.name);
  const sample = `TABLESAMPLE SYSTEM (${share * 100}) REPEATABLE (${SEED})`;
  const made = table.columns.map((_, index) => `c${index} text`).join(', ');
  const begun = performance.now();
  await target.query(`BEGIN; CREATE TEMPORARY TABLE causeway_trial (${made}) ON COMMIT DROP`);
  try {
    const reader = source.query(copyTo(`COPY (SELECT ${columns} FROM ONLY ${name} ${sample}) TO STDOUT`));
    const writer = target.query(copyFrom('COPY pg_temp.causeway_trial FROM STDIN'));
    const paced = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of chunks) {
        const wait = slice.allow(chunk.byteLength);
        if (wait !== null) await wait;
        yield chunk;
      }
    };
    await pipeline(reader, paced, writer, { signal: slice.stopped });
  } finally {
    await target.query('ROLLBACK').catch(() => undefined);
  }
  return { bytes: table.bytes * share, ms: performance.now() - begun };
}
