import type { World } from './world';

/** Ids of all waves, as the API lists them. */
export async function listAllWaves({ api, viewer }: World): Promise<string[]> {
  const { json } = await api.call('listWaves', { headers: viewer });
  return json.value.map(({ id }: { id: string }) => id);
}
