import { z } from 'zod';
import type { ApiClient } from './api-client';

const Page = z.object({ value: z.array(z.record(z.string(), z.unknown())), nextLink: z.string().optional() });

/** Every item of a list, page after page. */
export async function listAll(api: ApiClient, path: string): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  for (let next: string | undefined = path; next !== undefined;) {
    const page: z.infer<typeof Page> = Page.parse(await api.json('GET', next));
    items.push(...page.value);
    next = page.nextLink;
  }
  return items;
}
