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

/** All of a type in a partition, in order of id, page by page. */
export async function* listAll<T>(
  store: Store,
  type: DocumentType<T>,
  partition: string,
): AsyncGenerator<Stored<T>> {
  let continuation: string | null = null;
  do {
    const page: Page<T> = await store.list(type, partition, { continuation });
    yield* page.items;
    ({ continuation } = page);
  } while (continuation !== null);
}
