import { expect, it } from '@jest/globals';
import { HostProcess } from '../support/host-process';

const { HOST_URL, HOST_KEY = '' } = process.env;

/** A host that was deployed by someone else, with the same application. */
class DeployedHost extends HostProcess {
  override start(): Promise<void> {
    this.url = HOST_URL ?? '';
    this.keys = { function: HOST_KEY, admin: HOST_KEY, system: HOST_KEY };
    return Promise.resolve();
  }
}

/** The one host that every subject asks: ours, in a process of its own, unless HOST_URL names another. */
export const host = HOST_URL === undefined ? new HostProcess('durable') : new DeployedHost('durable');

/** For what only our own host can be made to do (crash, let weeks pass, change its code), and where it differs by design. */
export const itHere = HOST_URL === undefined ? it : it.skip;

/** Histories and actions are seen by a hook of the application, on this machine only. */
export const expectEpisodes = (id: string, episodes: readonly string[]): void => {
  if (HOST_URL === undefined) expect(host.episodes(id)).toEqual(episodes);
};

export const expectLastEpisode = (id: string, episode: string): void => {
  if (HOST_URL === undefined) expect(host.episodes(id).at(-1)).toBe(episode);
};

export const command = async (id: string, operation: string, reason = 'why'): Promise<number> =>
  (await host.durable('POST', `instances/${id}/${operation}?reason=${reason}`)).status;
