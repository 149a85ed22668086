/**
 * The one text of a JSON value, as RFC 8785 (JCS) defines it: members sorted by UTF-16 code units, no white space, numbers and
 * strings as ECMAScript writes them. Values that compare equal have equal text, so the text can be hashed. Members that are
 * undefined do not count. Lone surrogates, which RFC 8785 refuses, are written as escapes, so that whatever `JSON.parse` can
 * give but an infinity has a text. Throws `TypeError` for what JSON cannot carry: NaN, infinities, bigint, functions, class
 * instances such as Date.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return canonicalNumber(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${Array.from(value, canonicalJson).join(',')}]`;
  if (typeof value === 'object' && isPlain(value)) return canonicalObject(value);
  throw new TypeError(`JSON cannot carry a ${typeof value === 'object' ? 'class instance' : typeof value}`);
}

function canonicalObject(value: object): string {
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`;
}

function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`JSON cannot carry ${value}`);
  return JSON.stringify(value);
}

function isPlain(value: object): boolean {
  // Not compared with this realm's Object.prototype: objects may come from another (a test runner, a vm context).
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
