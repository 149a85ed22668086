import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../../clients/cli/run-cli';
import { loadKeys } from '../../../host/host-keys';
import { makeWorld, type World } from '../../unit/http/world';
import { serveApi } from './served-api';

/** The command line before the API of a `World`; the tokens' commands find the host's key in its folder. */
export interface CliWorld {
  readonly world: World;
  /** Runs one command line as that person. */
  run(
    person: { readonly authorization: string },
    ...args: string[]
  ): Promise<{ exitCode: number; out: string; error: string }>;
  /** Makes a file with that content in a folder of its own. */
  file(name: string, content: unknown): string;
  close(): Promise<void>;
}

export async function makeCliWorld(): Promise<CliWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-cli-'));
  const world = await makeWorld();
  const served = await serveApi(world.api, loadKeys(folder));
  return {
    world,
    run: async ({ authorization }, ...args) => {
      let [out, error] = ['', ''];
      const token = authorization.slice('Bearer '.length);
      const environment = { CAUSEWAY_URL: served.url, CAUSEWAY_DATA: folder, CAUSEWAY_TOKEN: token };
      const exitCode = await runCli(args, environment, {
        out: (text) => void (out += text),
        error: (text) => void (error += text),
      });
      return { exitCode, out, error };
    },
    file: (name, content) => {
      const path = join(folder, name);
      writeFileSync(path, JSON.stringify(content));
      return path;
    },
    close: async () => {
      await served.close();
      world.api.close();
      rmSync(folder, { recursive: true });
    },
  };
}
