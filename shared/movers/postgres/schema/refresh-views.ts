import type { Client } from 'pg';
import { openClient } from '../connect/open-client';
import { asMigrationError, isTransient, sqlState } from '../connect/postgres-error';
import type { PostgresContext } from '../postgres-context';
import { beating } from './beating';
import { fillStatement, viewsToFill, type ViewToFill } from './materialised-views';
import { movedSchemas } from './read-catalogue';

export type RefreshOutcome =
  | {
      readonly kind: 'done';
      readonly refreshed: number;
      /** How many of them could be read meanwhile. */
      readonly concurrently: number;
      /** The server refused to: their contents are what they were. */
      readonly failed: readonly { readonly view: string; readonly reason: string }[];
    }
  /** Stopped between two views: call again. */
  | { readonly kind: 'interrupted' };

/** A view that this round is through with, as the journal has it. */
interface Ended extends ViewToFill {
  readonly reason: string | null;
}

type RefreshContext = Pick<PostgresContext, 'asset' | 'source' | 'target' | 'journal' | 'claim'>;

/**
 * Computes the contents of a side's materialised views anew, one after another in the order in which they read each other, and without
 * keeping anybody from reading where that is possible. As long as their queries take: never while writers wait. Within a round, a name
 * of the journal, each is computed once, however often this is called.
 */
export async function refreshViews(
  context: RefreshContext,
  side: 'source' | 'target',
  round: { readonly journalId: string; readonly segment: string },
): Promise<RefreshOutcome> {
  const client = await openClient(context[side], { name: 'schema', ownSearchPath: true });
  try {
    const schemas = await movedSchemas(client, context.asset.schemas);
    const views = await viewsToFill(client, context[side === 'source' ? 'target' : 'source'], schemas);
    const ended: Ended[] = [];
    for await (const line of context.journal.read(round.journalId, round.segment)) ended.push(line as Ended);
    const through = new Set(ended.map(({ name }) => name));
    for (const view of views.filter(({ name }) => !through.has(name))) {
      if (!(await context.claim.heartbeat()) || (await context.claim.interrupted()))
        return { kind: 'interrupted' };
      const end = { ...view, reason: await beating(context.claim, () => refresh(client, view)) };
      await context.journal.append(round.journalId, round.segment, ended.length, [end]);
      ended.push(end);
    }
    return outcomeOf(ended);
  } catch (error) {
    throw asMigrationError(error);
  } finally {
    await client.end();
  }
}

/** Why the server refuses to; null where it has done it. Throws what may pass. */
async function refresh(client: Client, { name, concurrently }: ViewToFill): Promise<string | null> {
  try {
    await client.query(fillStatement(name, concurrently));
    return null;
  } catch (error) {
    if (sqlState(error) === null || isTransient(error) || !(error instanceof Error)) throw error;
    return error.message;
  }
}

function outcomeOf(ended: readonly Ended[]): RefreshOutcome {
  const refreshed = ended.filter(({ reason }) => reason === null);
  return {
    kind: 'done',
    refreshed: refreshed.length,
    concurrently: refreshed.filter(({ concurrently }) => concurrently).length,
    failed: ended.flatMap(({ name, reason }) => (reason === null ? [] : [{ view: name, reason }])),
  };
}
