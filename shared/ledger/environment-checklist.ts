import type { Statement } from '../contracts/checklist';
import type { ChecklistInput, Environment } from '../contracts/environment';
import { MigrationError, StaleWriteError } from '../contracts/errors';
import type { Principal } from '../contracts/principal';
import { checklistHash } from '../domain/checklist';
import type { Stored } from '../ports/store';
import { inRound } from './environment-run';
import { changeEnvironment, readEnvironment } from './environments';
import type { Ledger } from './ledger';

/**
 * Replaces the checklist by its next version. `conflict` while an action is under way: what is asked must not change while people
 * answer; `stale-write` where `version` is old.
 */
export const setChecklist = async (
  ledger: Ledger,
  { name: by }: Principal,
  id: string,
  { items, reason }: ChecklistInput,
  version: string,
): Promise<Stored<Environment>> => {
  await changeEnvironment<void>(ledger, id, (stored, now) => {
    const { body } = stored;
    if (stored.version !== version)
      throw new StaleWriteError(`environment ${id} has changed since it was read`);
    if (body.active)
      throw new MigrationError('conflict', `environment ${id} is busy: ${body.action} is under way`);
    const checklist = { version: body.checklist.version + 1, items };
    const summary = `Checklist version ${checklist.version} of ${items.length} items: ${reason}`;
    const names = items.map(({ id: item, kind }) => ({ item, kind }));
    const facts = { version: checklist.version, hash: checklistHash(items), items: names };
    const entry = { kind: 'environment.checklist', actor: by, summary: summary.slice(0, 4_000), facts };
    return { change: { body: { ...body, checklist, updatedAt: now }, log: [entry] }, result: undefined };
  });
  return readEnvironment(ledger, id);
};

/** Keeps what a person said of an item, in the place of what was said of it before. */
export const recordStatement = (
  ledger: Ledger,
  id: string,
  said: Omit<Statement, 'at' | 'deployment'>,
): Promise<void> =>
  inRound(ledger, id, said.round, ({ body }, at) => {
    const { itemId, holds, reason, evidence, by } = said;
    // The log keeps every word; an environment has to stay a document of moderate size.
    const short = { reason: reason.slice(0, 500), evidence: evidence?.slice(0, 1_000) ?? null };
    const statement: Statement = { ...said, ...short, at, deployment: body.deployment?.name ?? '' };
    const others = body.statements.filter((each) => each.itemId !== itemId);
    return {
      change: { statements: [...others, statement].slice(-100) },
      kind: 'environment.stated',
      summary: `${itemId} ${holds ? 'is so' : 'is not so'}: ${reason}`,
      facts: { itemId, question: said.question, holds, evidence },
      by,
    };
  });
