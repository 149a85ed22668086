import type { Journal } from '../../../shared/ports/journal';

/** The journal under one id, whatever id it is asked for by: for work whose mover names it after something that lives longer. */
export const scopedJournal = (journal: Journal, id: string): Journal => ({
  append: (_id, segment, position, lines) => journal.append(id, segment, position, lines),
  read: (_id, segment, from) => journal.read(id, segment, from),
  length: (_id, segment) => journal.length(id, segment),
  segments: (_id, prefix) => journal.segments(id, prefix),
  drop: (_id, prefix) => journal.drop(id, prefix),
});
