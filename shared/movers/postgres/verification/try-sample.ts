import type { VerificationTrial } from '../../../contracts/postgres-verification';
import { readBoth, type Comparison } from './compare-part';
import { forecastMs, spread, STRATA, stratumOf, type Stratum } from './forecast-verification';
import { firstChunkRows, rowBytesOf, WHOLE, type KeyRange } from './key-ranges';
import { comparisonOf, type OpenDatabases } from './open-comparison';
import type { TablePair } from './pair-tables';

const TABLES_OF_A_STRATUM = 3;
const CHUNKS_OF_A_TABLE = 2;
const SEED = 20_110;

/** Reads chunks from anywhere in a few tables of every size class, and tells from them how long all will take (R81). */
export async function trySample(
  databases: OpenDatabases,
  pairs: readonly TablePair[],
  mode: Comparison['mode'],
): Promise<VerificationTrial> {
  const begun = performance.now();
  const strata: Stratum[] = [];
  let differingChunks = 0;
  for (const stratum of STRATA) {
    const tables = pairs.filter(({ bytes }) => stratumOf(bytes) === stratum);
    const samples: Sample[] = [];
    for (const pair of spread(tables, TABLES_OF_A_STRATUM))
      samples.push(await sampleTable(comparisonOf(databases, pair, mode)));
    const sum = (of: (sample: Sample) => number) => samples.reduce((total, sample) => total + of(sample), 0);
    differingChunks += sum(({ differing }) => differing);
    strata.push({
      ...{ stratum, tables: tables.length, bytes: tables.reduce((total, { bytes }) => total + bytes, 0) },
      ...{ sampledTables: samples.length, sampledChunks: sum(({ chunks }) => chunks) },
      ...{ sampledBytes: sum(({ bytes }) => bytes), sampledMs: Math.round(sum(({ ms }) => ms)) },
    });
  }
  return {
    ...{ strata, differingChunks },
    ...{ durationMs: Math.round(performance.now() - begun), forecastMs: forecastMs(strata) },
  };
}

interface Sample {
  readonly chunks: number;
  readonly differing: number;
  readonly bytes: number;
  readonly ms: number;
}

async function sampleTable(comparison: Comparison): Promise<Sample> {
  const { pair, leader, follower } = comparison;
  if (stratumOf(pair.bytes) === 'small') {
    const begun = performance.now();
    const { equal } = await readBoth(comparison, { kind: 'range', range: WHOLE });
    return { chunks: 1, differing: equal ? 0 : 1, bytes: pair.bytes, ms: performance.now() - begun };
  }
  if (!pair.ordered) {
    const share = Math.min(1, SAMPLE_BYTES / pair.bytes);
    const begun = performance.now();
    await Promise.all([leader, follower].map((side) => side.samplePages(share * 100, SEED)));
    return { chunks: 1, differing: 0, bytes: pair.bytes * share, ms: performance.now() - begun };
  }
  return sampleRanges(comparison);
}

const SAMPLE_BYTES = 16 * 2 ** 20;

async function sampleRanges(comparison: Comparison): Promise<Sample> {
  const { pair, leader } = comparison;
  const rows = firstChunkRows(pair);
  const rowBytes = rowBytesOf(pair);
  const pages = Math.max(1, pair.bytes / 8_192);
  const total = { chunks: 0, differing: 0, bytes: 0, ms: 0 };
  for (const after of await leader.sampleKeys(Math.min(100, 2_000 / pages), SEED, CHUNKS_OF_A_TABLE)) {
    const begun = performance.now();
    const range: KeyRange = { after, upTo: await leader.boundary({ after, upTo: null }, rows) };
    const read = await readBoth(comparison, { kind: 'range', range });
    total.ms += performance.now() - begun;
    total.chunks += 1;
    total.differing += read.equal ? 0 : 1;
    total.bytes += read.leader.rows * rowBytes;
  }
  return total;
}
