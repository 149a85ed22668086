import type { InventoryMapping } from '../../../contracts/planning/import';
import type { Criticality, EnvironmentKind } from '../../../contracts/planning/portfolio';

/** What exports write where they know nothing. */
const UNKNOWN = new Set([
  '',
  '-',
  '--',
  '[]',
  'n/a',
  'na',
  'null',
  'none',
  'unknown',
  '#n/a',
  'not available',
]);

/** What no text of a portfolio holds. */
export const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

const LONGEST_UNKNOWN = Math.max(...[...UNKNOWN].map(({ length }) => length));

/** Null: the cell says nothing. Called for every cell of millions of rows: most are decided by their length. */
export function textOf(cell: string | undefined): string | null {
  if (cell === undefined || cell === '') return null;
  const text = cell.trim();
  return text.length <= LONGEST_UNKNOWN && UNKNOWN.has(text.toLowerCase()) ? null : text;
}

/** A number that is not negative; null where unknown (also -1); `undefined` where it is none. */
export function numberOf(cell: string | undefined, decimalComma: boolean): number | null | undefined {
  const text = textOf(cell);
  if (text === null || text === '-1') return null;
  const plain = text.replace(/[\s\u00a0\u202f']/g, '');
  const [thousands, decimal] = decimalComma ? ['\\.', ','] : [',', '\\.'];
  const grouped = new RegExp(`^\\d{1,3}(?:${thousands}\\d{3})+(?:${decimal}\\d+)?$`);
  if (/^\d+(?:\.\d+)?(?:e[+-]?\d{1,2})?$/i.test(plain) && !(decimalComma && grouped.test(plain)))
    return Number(plain);
  if (grouped.test(plain)) {
    const whole = plain.replaceAll(decimalComma ? '.' : ',', '');
    return Number(whole.replace(',', '.'));
  }
  // No thousands are parted so: it can only be a decimal comma.
  if (/^\d+,\d+$/.test(plain)) return Number(plain.replace(',', '.'));
  return undefined;
}

const TRUE = new Set(['true', 'yes', 'on', '1', 'powered on', 'poweredon', 'running', 'operational']);
const FALSE = new Set(['false', 'no', 'off', '0', 'powered off', 'poweredoff', 'stopped', 'suspended']);

/** Null: neither is said. */
export function booleanOf(cell: string | undefined): boolean | null {
  const text = textOf(cell)?.toLowerCase();
  if (text === undefined) return null;
  if (TRUE.has(text)) return true;
  return FALSE.has(text) ? false : null;
}

/** The parts of a list in one cell, each once, brackets of adapters left out. */
export function listOf(cell: string | undefined, separators = /[;,|\n]/): string[] {
  const text = textOf(cell);
  if (text === null) return [];
  const parts = text.replace(/[[\]]/g, ';').split(separators);
  return [...new Set(parts.flatMap((part) => textOf(part) ?? []))];
}

/** `key:value` or `key=value`, parted by commas, semicolons or bars, or as JSON; keys in lower case. */
export function tagsOf(cell: string | undefined): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (const part of (cell ?? '').replace(/[{}"]/g, '').split(/[;,|\n]/)) {
    const [key, ...rest] = part.split(/[:=]/);
    const value = textOf(rest.join(':'));
    if (key !== undefined && value !== null)
      tags.set(
        key
          .trim()
          .toLowerCase()
          .replace(/[\s_-]+/g, ' '),
        value,
      );
  }
  return tags;
}

const ENVIRONMENTS: readonly (readonly [RegExp, EnvironmentKind])[] = [
  [/^(prod|production|prd|live)$/, 'production'],
  [/^(stage|staging|stg|pre ?prod|pre ?production|uat|acceptance)$/, 'staging'],
  [/^(test|testing|tst|qa|sit|quality assurance)$/, 'test'],
  [/^(dev|development|develop|sandbox)$/, 'development'],
];
const CRITICALITIES: readonly (readonly [RegExp, Criticality])[] = [
  [/^(1( most critical)?|mission critical|most critical|critical|very high)$/, 'mission-critical'],
  [/^(2( somewhat critical)?|high|somewhat critical)$/, 'high'],
  [/^(3( less critical)?|medium|moderate|less critical)$/, 'medium'],
  [/^(4( not critical)?|low|not critical|non critical)$/, 'low'],
];

const words = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .trim();

const meantBy = <Meaning>(
  text: string,
  mapped: Readonly<Record<string, Meaning | null>>,
  known: readonly (readonly [RegExp, Meaning])[],
): Meaning | null | undefined => {
  const wanted = words(text);
  for (const [word, meaning] of Object.entries(mapped)) if (words(word) === wanted) return meaning;
  return known.find(([pattern]) => pattern.test(wanted))?.[1];
};

/** `undefined`: the word is not known; null: a mapping says that it means nothing. */
export const environmentOf = (text: string, mapping: InventoryMapping): EnvironmentKind | null | undefined =>
  meantBy(text, mapping.values.environment, ENVIRONMENTS);

/** `undefined`: the word is not known; null: a mapping says that it means nothing. */
export const criticalityOf = (text: string, mapping: InventoryMapping): Criticality | null | undefined =>
  meantBy(text, mapping.values.criticality, CRITICALITIES);
