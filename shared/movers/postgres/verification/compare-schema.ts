import type { VerificationFinding } from '../../../contracts/postgres-verification';
import { schemaDifferences } from '../schema/compare-catalogues';
import { movedSchemas, readCatalogue } from '../schema/read-catalogue';
import type { OpenDatabases } from './open-comparison';

/** Findings on tables, constraints, indexes, functions and all else of the schemas, and on who may do what with them. */
export async function compareSchema(
  { leader, follower }: OpenDatabases,
  schemas: readonly string[],
): Promise<VerificationFinding[]> {
  const [ours, theirs] = await Promise.all(
    [leader, follower].map(async ({ client }) => readCatalogue(client, await movedSchemas(client, schemas))),
  );
  if (ours === undefined || theirs === undefined) return [];
  return schemaDifferences(ours, theirs).map(({ kind, name, change }) => {
    const there = { [leader.side]: change !== 'made', [follower.side]: change !== 'gone' };
    const say = (side: 'source' | 'target') => (there[side] === true ? 'there' : null);
    return {
      check: kind === 'grant' ? 'grants' : 'schema',
      severity: 'error',
      subject: `${kind} ${name}`.slice(0, 300),
      message: change === 'changed' ? 'Both sides have it, differently.' : 'Only one side has it.',
      source: say('source'),
      target: say('target'),
    };
  });
}
