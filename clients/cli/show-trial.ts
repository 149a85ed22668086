import { CopyTrial, FilesTrial } from '../../shared/contracts/copy-trial';
import type { Part } from './command';

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** What a sample told of each stratum that is not empty; null for anything else. */
export function showTrial(trial: unknown): Part[] | null {
  const ofFiles = FilesTrial.safeParse(trial).data;
  if (ofFiles !== undefined) return filesParts(ofFiles);
  const ofDatabase = CopyTrial.safeParse(trial).data;
  if (ofDatabase === undefined) return null;
  const rows = ofDatabase.strata
    .filter(({ tables }) => tables > 0)
    .map(({ stratum, tables, bytes, sampledTables, sampledBytes, sampledMs }) => ({
      ...{ size: stratum, tables, all: megabytes(bytes), sampledTables },
      ...{ sampled: megabytes(sampledBytes), ms: sampledMs },
    }));
  return table('By the size of tables', ['size', 'tables', 'all', 'sampledTables', 'sampled', 'ms'], rows);
}

function filesParts({ strata, failures, failedItems }: FilesTrial): Part[] {
  const rows = strata
    .filter(({ files }) => files > 0)
    .map(({ size, depth, files, bytes, sampledFiles, sampledBytes, sampledMs }) => ({
      ...{ size, depth, files, all: megabytes(bytes), sampledFiles },
      ...{ sampled: megabytes(sampledBytes), ms: sampledMs },
    }));
  const columns = ['size', 'depth', 'files', 'all', 'sampledFiles', 'sampled', 'ms'];
  return [
    ...table('By the size of files and how deep they lie', columns, rows),
    ...table(`Items that failed: ${failedItems}`, ['path', 'reason'], failures),
  ];
}

const table = (title: string, columns: readonly string[], rows: readonly object[]): Part[] =>
  rows.length === 0 ? [] : [{ title, columns, rows }];
