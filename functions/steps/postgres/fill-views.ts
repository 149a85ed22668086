import type { Side } from '../../../shared/contracts/controls';
import type { StepResult } from '../../../shared/contracts/step';
import { refreshViews } from '../../../shared/movers/postgres';
import { interruptedOrAgain, transferIdOf } from '../files';
import type { StepContext } from '../step';
import type { Database } from './database';
import { tellWork } from './tell-progress';

export type FilledViews =
  | {
      readonly kind: 'filled';
      /** For the end of a summary; empty where there are no such views. */
      readonly words: string;
      /** Each with why it has its old contents; empty where all are filled. */
      readonly failed: readonly string[];
    }
  | { readonly kind: 'stopped'; readonly result: StepResult };

/** Computes the materialised views of a side, which replication doesn't carry; each once in one try of a stage. */
export const fillViews = async (
  context: StepContext,
  database: Database,
  side: Side,
): Promise<FilledViews> => {
  const { cutoverId, asset } = database;
  const { stage, input } = context.order;
  await tellWork(context, database, 'indexing', `materialised views of the ${side}`);
  const outcome = await refreshViews(database, side, {
    journalId: `${transferIdOf(cutoverId, asset.id)}.views`,
    segment: `${stage}/${Number(input['attempt'] ?? 1)}`,
  });
  if (outcome.kind === 'interrupted') return { kind: 'stopped', result: await interruptedOrAgain(context) };
  const { refreshed, concurrently } = outcome;
  const failed = outcome.failed.map(({ view, reason }) => `${view}: ${reason}`);
  return {
    kind: 'filled',
    words:
      refreshed + failed.length === 0
        ? ''
        : `; ${refreshed} materialised views computed on the ${side}, ${concurrently} of them without keeping readers out`,
    failed,
  };
};
