import type { z } from 'zod';
import { itemMark, type ItemMark } from '../domain/planning/content-hash';

/** Items that are as their schema has them, with their marks as far as they were asked for; nothing changes an item. */
const known = new WeakMap<object, ItemMark | null>();

/** Throws where an item is not as its schema has it. */
export const parsedItem = <T>(item: unknown, schema: z.ZodType<T>): T & object => {
  if (typeof item === 'object' && item !== null && known.has(item)) return item as T & object;
  const fresh = schema.parse(item) as T & object;
  known.set(fresh, null);
  return fresh;
};

/** Of a parsed item. */
export const markOf = (item: object): ItemMark => {
  const mark = known.get(item) ?? itemMark(item);
  known.set(item, mark);
  return mark;
};
