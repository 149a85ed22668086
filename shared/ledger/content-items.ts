import type { z } from 'zod';
import { itemMark, type ItemMark } from '../domain/planning/content-hash';
import { sameJson } from '../domain/same-json';

/** Items that are as their schema has them, with their marks as far as they were asked for; nothing changes an item. */
const known = new WeakMap<object, ItemMark | null>();

/** Throws where an item is not as its schema has it. */
export const parsedItem = <T>(item: unknown, schema: z.ZodType<T>): T & object => {
  if (typeof item === 'object' && item !== null && known.has(item)) return item as T & object;
  const fresh = schema.parse(item) as T & object;
  known.set(fresh, null);
  return fresh;
};

/** The same, but the item itself where it is so already: by it is found again what was worked out of it. */
export const checkedItem = (item: unknown, schema: z.ZodType): object => {
  const fresh = parsedItem(item, schema);
  if (fresh === item || !sameJson(fresh, item)) return fresh;
  known.set(item as object, null);
  return item as object;
};

/** Of a parsed item. */
export const markOf = (item: object): ItemMark => {
  const found = known.get(item);
  if (found) return found;
  const mark = itemMark(item);
  known.set(item, mark);
  return mark;
};
