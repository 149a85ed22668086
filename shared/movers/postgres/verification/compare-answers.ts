import type { ReportComparison } from '../../../contracts/postgres-verification';
import { canonicalJson } from '../../../domain/canonical-json';

export type Answer =
  | { readonly kind: 'rows'; readonly lines: readonly string[]; readonly ms: number }
  | { readonly kind: 'failed'; readonly message: string; readonly ms: number }
  | { readonly kind: 'too-large'; readonly ms: number };

interface Field {
  readonly name: string;
  readonly dataTypeID: number;
}

/** OIDs of built-in types, the same in every version. */
const JSON_TYPES = new Set([114, 3_802]);
const FLOAT_TYPES = new Map([
  [700, 6],
  [701, 12],
]);
const SHOWN = 500;

/**
 * One row as canonical JSON: pairs of name and value in the statement's order, since names may repeat. JSON columns by their value,
 * floats to the digits that don't depend on the order in which they were added up, all else by its text.
 */
export const canonicalLine = (fields: readonly Field[], row: readonly (string | null)[]): string =>
  canonicalJson(
    fields.map(({ name, dataTypeID }, index) => [name, canonicalValue(dataTypeID, row[index] ?? null)]),
  );

function canonicalValue(type: number, text: string | null): unknown {
  if (text === null) return null;
  // More digits than a number in JavaScript keeps count as they are written.
  if (JSON_TYPES.has(type)) return /[\d.]{16}/.test(text) ? text : (JSON.parse(text) as unknown);
  const digits = FLOAT_TYPES.get(type);
  if (digits === undefined || !Number.isFinite(Number(text))) return text;
  return Number(Number(text).toPrecision(digits));
}

/** Compares two answers in order, then whatever the order. Two that failed alike are a failure all the same. */
export function compareAnswers(source: Answer, target: Answer): Omit<ReportComparison, 'name'> {
  const [ours, theirs] = [linesOf(source), linesOf(target)];
  const told = {
    rows: { source: ours?.length ?? null, target: theirs?.length ?? null },
    ms: { source: Math.round(source.ms), target: Math.round(target.ms) },
  };
  if (ours === null || theirs === null) {
    const verdict = source.kind === 'failed' || target.kind === 'failed' ? 'failed' : 'too-large';
    return { verdict, ...told, source: messageOf(source), target: messageOf(target) };
  }
  const length = Math.max(ours.length, theirs.length);
  const first = Array.from({ length }).findIndex((_, index) => ours[index] !== theirs[index]);
  if (first === -1) return { verdict: 'equal', ...told, source: null, target: null };
  const sorted = ours.toSorted().join('\n') === theirs.toSorted().join('\n');
  return {
    verdict: sorted ? 'order' : 'differs',
    ...told,
    source: ours[first]?.slice(0, SHOWN) ?? null,
    target: theirs[first]?.slice(0, SHOWN) ?? null,
  };
}

const linesOf = (answer: Answer): readonly string[] | null => (answer.kind === 'rows' ? answer.lines : null);

const messageOf = (answer: Answer): string =>
  answer.kind === 'failed'
    ? answer.message.slice(0, SHOWN)
    : answer.kind === 'rows'
      ? 'answered'
      : answer.kind;
