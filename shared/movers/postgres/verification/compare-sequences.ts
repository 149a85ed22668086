import type { VerificationFinding } from '../../../contracts/postgres-verification';
import { qualifiedName, quoteLiteral } from '../connect/quote';
import { loadSql } from '../load-sql';
import type { DatabaseSide } from './database-side';
import { judgeSequence, nextOf, type SequenceState, type SequenceVerdict } from './judge-sequence';
import type { OpenDatabases } from './open-comparison';

interface SequenceFacts {
  readonly schema: string;
  readonly name: string;
  readonly increment: string;
  readonly min: string;
  readonly max: string;
  readonly cache: string;
  readonly cycle: boolean;
}

const BATCH = 200;

const MESSAGES: Readonly<Record<Exclude<SequenceVerdict, 'equal' | 'ahead'>, string>> = {
  behind: 'The side that follows would give out values that were given out before.',
  exhausted: 'The side that follows has no values left, though the other has.',
  'far-ahead': 'The side that follows is further ahead than any margin explains.',
  'otherwise-defined': 'Increment, limits, cache or cycle differ.',
};

/** Findings on sequences, by what each side would give out next. Only true on a side that nobody draws values from meanwhile. */
export async function compareSequences(
  { leader, follower }: OpenDatabases,
  schemas: readonly string[],
): Promise<VerificationFinding[]> {
  const [ours, theirs] = await Promise.all([
    readSequences(leader, schemas),
    readSequences(follower, schemas),
  ]);
  const findings: VerificationFinding[] = [];
  const names = [...new Set([...ours.keys(), ...theirs.keys()])].toSorted();
  for (const name of names) {
    const [mine, other] = [ours.get(name), theirs.get(name)];
    const values = { [leader.side]: text(mine), [follower.side]: text(other) };
    const finding = (severity: VerificationFinding['severity'], message: string) =>
      findings.push({ ...findingOf(name, values), severity, message });
    if (mine === undefined || other === undefined) finding('error', 'Only one side has this sequence.');
    else {
      const verdict = judgeSequence(mine, other);
      if (verdict !== 'equal' && verdict !== 'ahead')
        finding(verdict === 'far-ahead' ? 'warning' : 'error', MESSAGES[verdict]);
    }
  }
  return findings;
}

const GIVEN_OUT_BEFORE =
  'The side that serves would give out values that the other one gave out while it served.';

/**
 * Findings on sequences while one side serves that took over from the other. Nobody draws values from that one any more, so whatever it
 * gave out the present one must have left behind; how far it is ahead by now says nothing. Those that begin again at their end can't be
 * judged so.
 */
export async function compareSequencesTakenOver(
  { leader, follower }: OpenDatabases,
  schemas: readonly string[],
): Promise<VerificationFinding[]> {
  const [now, before] = await Promise.all([readSequences(leader, schemas), readSequences(follower, schemas)]);
  return [...before].flatMap(([name, earlier]) => {
    const present = now.get(name);
    if (present === undefined || earlier.cycle || judgeSequence(earlier, present) !== 'behind') return [];
    const values = { [leader.side]: text(present), [follower.side]: text(earlier) };
    return [{ ...findingOf(name, values), severity: 'error' as const, message: GIVEN_OUT_BEFORE }];
  });
}

const findingOf = (
  name: string,
  { source = null, target = null }: Partial<Record<'source' | 'target', string | null>>,
) => ({ check: 'sequence' as const, subject: name.slice(0, 300), source, target });

const text = (sequence: SequenceState | undefined): string | null =>
  sequence === undefined ? null : `next ${nextOf(sequence)}, by ${sequence.increment}`;

async function readSequences(
  side: DatabaseSide,
  schemas: readonly string[],
): Promise<Map<string, SequenceState>> {
  const facts = await side.rows<SequenceFacts>(loadSql('verification/sequences'), [schemas]);
  const found = new Map<string, SequenceState>();
  for (let from = 0; from < facts.length; from += BATCH) {
    const batch = facts.slice(from, from + BATCH);
    for (const { index, last_value, is_called } of await side.rows<ValueLine>(valuesSql(batch))) {
      const sequence = batch[Number(index)];
      if (sequence === undefined) continue;
      const [increment, min, max, cache] = [
        sequence.increment,
        sequence.min,
        sequence.max,
        sequence.cache,
      ].map(BigInt) as [bigint, bigint, bigint, bigint];
      found.set(`${sequence.schema}.${sequence.name}`, {
        ...{ increment, min, max, cache, cycle: sequence.cycle },
        ...{ lastValue: BigInt(last_value), isCalled: is_called },
      });
    }
  }
  return found;
}

interface ValueLine {
  readonly index: string;
  readonly last_value: string;
  readonly is_called: boolean;
}

/** Only the sequence itself tells whether its last value was given out. */
const valuesSql = (batch: readonly SequenceFacts[]): string =>
  batch
    .map(
      ({ schema, name }, index) =>
        `SELECT ${quoteLiteral(`${index}`)} AS index, last_value::text, is_called FROM ${qualifiedName(schema, name)}`,
    )
    .join(' UNION ALL ');
