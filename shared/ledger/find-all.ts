import type { DocumentType, Page, Store, Stored } from '../ports/store';

/** Everything whose index entry equals the text, page by page. */
export async function* findAll<T>(
  store: Store,
  type: DocumentType<T>,
  index: string,
  equals: string,
): AsyncGenerator<Stored<T>> {
  let continuation: string | null = null;
  do {
    const page: Page<T> = await store.find(type, index, { equals }, { continuation });
    yield* page.items;
    ({ continuation } = page);
  } while (continuation !== null);
}
