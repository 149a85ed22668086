// Loads the built application as a Functions worker would, in the home its environment names, and prints as JSON what it registered
// and what came with it. Its worker interface only listens: it doesn't prove that a function can be run.
import Module, { createRequire } from 'node:module';
import { join } from 'node:path';

interface Registered {
  readonly name: string;
  readonly bindings: unknown;
  readonly retryOptions: unknown;
}

const ROOT = join(__dirname, '../..');
const registered: Registered[] = [];
const disposable = { dispose: () => undefined };
const core = {
  version: '3.10.1',
  hostVersion: '4.1040.0',
  Disposable: class {
    dispose(): void {}
  },
  registerFunction: ({ name, bindings, retryOptions }: Registered) => {
    registered.push({ name, bindings, retryOptions });
    return disposable;
  },
  registerHook: () => disposable,
  setProgrammingModel: () => undefined,
  getProgrammingModel: () => null,
  log: () => undefined,
};

type Load = (request: string, ...rest: unknown[]) => unknown;
const loader = Module as unknown as { _load: Load };
const load = loader._load;
loader._load = (request, ...rest) => (request === '@azure/functions-core' ? core : load(request, ...rest));

const requireHere = createRequire(__filename);
requireHere(join(ROOT, 'dist/functions/app.js'));
const builtins = (process as unknown as { moduleLoadList: string[] }).moduleLoadList;
const found = {
  functions: registered.sort((one, other) => (one.name < other.name ? -1 : 1)),
  files: Object.keys(requireHere.cache).map((file) => file.replace(`${ROOT}/`, '')),
  builtins: builtins.filter((name) => name.startsWith('NativeModule ')),
};
process.stdout.write(JSON.stringify(found), () => process.exit(0));
