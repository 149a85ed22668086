import type { RowDifference } from '../../../contracts/postgres-verification';
import type { Journal } from '../../../ports/journal';
import type { VerificationInput } from './verification-input';
import { VerificationJournal } from './verification-journal';

/** Every row that a verification has recorded as differing so far, values whole, in the order in which they were found (R139). */
export async function* readDifferences(
  journal: Journal,
  journalId: string,
  input: VerificationInput,
): AsyncGenerator<RowDifference> {
  for await (const line of new VerificationJournal(journal, journalId, input).results())
    if ('chunk' in line) yield* line.differences;
}
