// A small web application of the kind that is migrated: it serves files from a folder (source) or a blob container (target), as
// its configuration says, and lets itself be controlled by signed hooks. Runs in a process of its own:
//   node workload-app.js <config.json>
// It prints {"event":"listening","port":…} and ends when its standard input does, so that it never outlives who started it.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Side } from '../../shared/contracts/controls';
import { readAppConfig, type AppConfig } from './app-config';
import { createFileEndpoint } from './app-files';
import { createHookEndpoint } from './app-hooks';
import { isHealthy, perform, type App } from './app-operations';
import { respondJson } from './app-responses';
import { AppStateFile } from './app-state';
import { BlobStorage, FolderStorage } from './app-storage';
import { serveApp } from './serve-app';

/** `/files/…` and `/health` are what users reach; below `/sides/<side>/` a side answers whether users are sent there or not. */
export function createApp(config: AppConfig) {
  const app: App = {
    config,
    file: new AppStateFile(config.stateFile),
    storages: { source: new FolderStorage(config.folder), target: new BlobStorage(config.storage) },
    inFlight: { source: 0, target: 0 },
  };
  const files = createFileEndpoint(app);
  const hooks = createHookEndpoint(config.hookSecret, (operation, request) =>
    perform(app, operation, request),
  );

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, first = '', ...rest] = (request.url ?? '').split('?')[0]?.split('/') ?? [];
    const place = first === 'sides' ? Side.safeParse(rest.shift()).data : app.file.state.activeSide;
    const resource = first === 'sides' ? rest.shift() : first;
    if (first === 'hooks') return hooks(request, response, rest.join('/'));
    if (first === '' && request.method === 'GET') return respondJson(response, 200, aboutOf(app));
    if (first === 'releases' && request.method === 'POST') return release(app, response);
    if (place === undefined || !['GET', 'PUT'].includes(request.method ?? ''))
      return respondJson(response, 405, { title: 'Nothing here takes that' });
    if (resource === 'files') return files(request, response, place, rest.join('/'));
    if (resource === 'health') return health(app, response, place);
    return respondJson(response, 404, { title: 'Nothing here' });
  };
}

const aboutOf = ({ config, file, inFlight }: App) => {
  const { activeSide, frozen, release, sides } = file.state;
  return { name: config.name, activeSide, frozen, release, sides, inFlight };
};

/** A deployment, which a freeze forbids. */
function release(app: App, response: ServerResponse): void {
  if (app.file.state.frozen) return respondJson(response, 423, { title: 'Frozen: no releases' });
  app.file.save({ release: app.file.state.release + 1 });
  respondJson(response, 200, { release: app.file.state.release });
}

async function health(app: App, response: ServerResponse, side: Side): Promise<void> {
  const healthy = app.file.state.sides[side].serving && (await isHealthy(app, side));
  respondJson(response, healthy ? 200 : 503, { side, healthy });
}

function main(configFile: string): void {
  const config = readAppConfig(configFile);
  const handle = createApp(config);
  serveApp(config.name, config.port, handle);
}

if (require.main === module) {
  const [configFile] = process.argv.slice(2);
  if (configFile === undefined) throw new Error('Usage: node workload-app.js <config.json>');
  main(configFile);
}
