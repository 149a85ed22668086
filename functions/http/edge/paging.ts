import { z } from 'zod';
import { MigrationError } from '../../../shared/contracts/errors';
import type { Page } from '../../../shared/ports/store';

/** Query of every list: how many items a page holds, and where to go on as `nextLink` says it. */
export const PageQuery = z.object({
  top: z.coerce.number().int().min(1).max(200).default(50),
  continuation: z.string().min(1).max(2_000).optional(),
});
export type PageQuery = z.infer<typeof PageQuery>;

/** A page of a list: `nextLink` is absent on the last one. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ value: z.array(item), nextLink: z.string().optional() });

export const pageRequest = ({ top, continuation }: PageQuery) => ({
  limit: top,
  continuation: continuation ?? null,
});

/** A page as the API shows it; the link keeps the other parameters of the request. */
export function toPage<T, V>(
  page: Pick<Page<T>, 'continuation'> & { readonly items: readonly { readonly body: T }[] },
  url: URL,
  view: (body: T) => V,
): { value: V[]; nextLink?: string } {
  const value = page.items.map(({ body }) => view(body));
  if (page.continuation === null) return { value };
  const next = new URLSearchParams(url.search);
  next.set('continuation', page.continuation);
  return { value, nextLink: `${url.pathname}?${next.toString()}` };
}

/** A page of a list that is there as a whole: goes on at a position, so what changes in between may show twice or not at all. */
export function pageOfList<T, V>(
  items: readonly T[],
  { top, continuation }: PageQuery,
  url: URL,
  view: (item: T) => V,
): { value: V[]; nextLink?: string } {
  if (continuation !== undefined && !/^\d{1,9}$/.test(continuation))
    throw new MigrationError('invalid-input', 'is not a continuation of this list', {
      field: 'query.continuation',
    });
  const from = Number(continuation ?? 0);
  const bodies = items.slice(from, from + top).map((body) => ({ body }));
  const next = from + top < items.length ? String(from + top) : null;
  return toPage({ items: bodies, continuation: next }, url, view);
}
