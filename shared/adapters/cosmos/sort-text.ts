/** Below every character that an escaped part can hold, so that a part sorts before every longer one that begins with it. */
const SEPARATOR = ' ';
/** Right above the separator: the end, exclusive, of everything below a prefix. */
const END = '!';
const ESCAPED = /[\0-!]/g;

/**
 * One text that sorts as its parts do, one after the other: a single range over it replaces a filter, a composite index and the
 * comparison of several columns where a page goes on.
 */
export const sortText = (...parts: readonly string[]): string => parts.map(escape).join(SEPARATOR);

/** Everything whose first parts lie between the two, both included: above `after`, below `end`. */
export const sortRange = (from: readonly string[], to: readonly string[]) => ({
  after: sortText(...from),
  end: `${sortText(...to)}${END}`,
});

/** Keeps the order: what is escaped begins with `!`, below every other character. */
const escape = (part: string): string =>
  part.replace(ESCAPED, (character) => `!${String.fromCharCode(0x30 + character.charCodeAt(0))}`);
