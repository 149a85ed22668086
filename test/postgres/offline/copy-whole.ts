/** Copies a fenced database with the calls the steps make, one after the other in this process, and as many parts at once as there are streams. */
import { copyDatabasePart } from '../../../shared/movers/postgres/offline/copy-database-part';
import { enumerateDatabase } from '../../../shared/movers/postgres/offline/enumerate-database';
import { finishDatabasePass } from '../../../shared/movers/postgres/offline/finish-database-pass';
import type { OfflineContext } from '../../../shared/movers/postgres/offline/offline-context';
import type {
  EnumerateDatabaseResult,
  FinishDatabasePassResult,
} from '../../../shared/movers/postgres/offline/offline-pass';

const pass = 1;
const budgetMs = Infinity;

export async function copyWhole(
  context: OfflineContext,
): Promise<FinishDatabasePassResult | Exclude<EnumerateDatabaseResult, { kind: 'done' }>> {
  const enumerated = await enumerateDatabase(context, { pass });
  if (enumerated.kind !== 'done') return enumerated;
  let next = 1;
  const stream = async (): Promise<void> => {
    while (next <= enumerated.parts) {
      const part = next;
      next += 1;
      const { end } = await copyDatabasePart(context, { pass, part, budgetMs });
      if (end !== 'done') throw new Error(`part ${part} ended as ${end}`);
    }
  };
  const { copyWorkers } = await context.limits();
  await Promise.all(Array.from({ length: copyWorkers }, stream));
  return finishDatabasePass(context, { pass, budgetMs });
}
