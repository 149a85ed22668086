import type { Records } from '../contracts/traffic';

/** One spelling for values that mean the same: addresses in their shortest form, names in lower case without a trailing dot. */
const normalised = (type: Records['type'], value: string): string => {
  const text = value.toLowerCase().replace(/\.$/, '');
  return type === 'AAAA' ? (URL.parse(`http://[${text}]`)?.hostname.slice(1, -1) ?? text) : text;
};

/** Values of a record set as they are compared: a set has no order. */
export const recordValues = (type: Records['type'], values: readonly string[]): string[] =>
  [...new Set(values.map((value) => normalised(type, value)))].sort();
