import type { ItemLogLine } from '../../contracts/transfer';
import type { Journal } from '../../ports/journal';
import type { DecidedLine, DeleteItem, ResultLine } from './pass-journal';
import { readLines, readSummary, segments } from './pass-journal';

/** Every line of a transfer's item log (R133), pass by pass in order of path; passes that are not finished have none yet. */
export async function* exportItemLog(
  journal: Journal,
  transferId: string,
): AsyncGenerator<ItemLogLine & { readonly pass: number }> {
  for (let pass = 1; (await readSummary(journal, transferId, pass)) !== null; pass += 1) {
    for await (const line of readLines<ItemLogLine>(journal, transferId, segments(pass).log)) {
      yield { pass, ...line };
    }
  }
}

/** The log's word on an item that had a result. */
export const loggedResult = (line: ResultLine, sizeBytes: number): ItemLogLine => ({
  path: line.path,
  result: line.result,
  sizeBytes,
  md5: line.sentBytes > 0 || line.result === 'Transferred' ? (line.state?.md5 ?? null) : null,
  attempts: line.attempts,
  reason: line.reason,
  at: line.at,
});

/** The log's word on an item that needed no work; null for one that isn't known to be there. */
export function loggedWithoutWork(
  line: Exclude<DecidedLine, { action: 'copy' } | DeleteItem>,
  at: string,
): ItemLogLine {
  const common = { path: line.path, md5: null, attempts: 0, at };
  switch (line.action) {
    case 'keep':
      return { ...common, result: 'NoCopyNecessary', sizeBytes: line.prior.stat.sizeBytes, reason: null };
    case 'unknown': {
      const reason = 'its folder cannot be read: the target was left as it is';
      return { ...common, result: 'Failed', sizeBytes: line.prior.stat.sizeBytes, reason };
    }
    case 'report':
      return { ...common, result: line.result, sizeBytes: line.sizeBytes, reason: line.reason };
  }
}
