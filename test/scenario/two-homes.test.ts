import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const ROOT = join(__dirname, '../..');
const SUPPORT = join(ROOT, 'test/support');
const LOAD = ['--require', join(SUPPORT, 'run-typescript.js'), join(SUPPORT, 'load-home.ts')];
const NOWHERE = '127.0.0.1:9';

interface LoadedHome {
  readonly functions: readonly { readonly name: string }[];
  readonly files: readonly string[];
  readonly builtins: readonly string[];
}

const AZURE = {
  CAUSEWAY_HOME: 'azure',
  WEBSITE_SITE_NAME: 'causeway',
  COSMOS__accountEndpoint: `https://${NOWHERE}/`,
  ServiceBus__fullyQualifiedNamespace: 'nowhere.invalid',
  CAUSEWAY_STORAGE__blobServiceUri: `https://${NOWHERE}/`,
  CAUSEWAY_KEY_VAULT_URL: `https://${NOWHERE}/`,
};

describe('one application in two homes', () => {
  let folder: string;
  let local: LoadedHome;
  let azure: LoadedHome;
  const load = async (environment: Record<string, string>): Promise<LoadedHome> => {
    const env = { PATH: process.env['PATH'], CAUSEWAY_DATA: folder, ...environment };
    const { stdout } = await promisify(execFile)(process.execPath, LOAD, {
      cwd: ROOT,
      env,
      maxBuffer: 64 * 1024 * 1024,
    });
    return JSON.parse(stdout) as LoadedHome;
  };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'causeway-homes-'));
    local = await load({ CAUSEWAY_HOME: 'local' });
    azure = await load(AZURE);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('registers the same functions with the same triggers in both', () => {
    expect(azure.functions.length).toBeGreaterThan(50);
    expect(azure.functions).toEqual(local.functions);
  });

  it('answers requests only, where it is told to stand beside another application', async () => {
    const second = await load({ ...AZURE, CAUSEWAY_SERVES: 'http' });
    const answering = azure.functions.filter((each) => JSON.stringify(each).includes('"httpTrigger"'));
    expect(answering.length).toBeGreaterThan(20);
    expect(second.functions).toEqual(answering);
  });

  const ours = ({ files }: LoadedHome) => files.filter((file) => file.startsWith('dist/'));
  const ofOneMachine = (home: LoadedHome) => [
    ...ours(home).filter((file) => /^dist\/(host|shared\/adapters\/sqlite)\//.test(file)),
    ...home.builtins.filter((name) => /\bsqlite\b/.test(name)),
  ];

  it('brings nothing of one machine with the Azure set', () => {
    expect(ours(azure)).toContain('dist/functions/azure-adapters.js');
    expect(ofOneMachine(azure)).toEqual([]);
    expect(ofOneMachine(local)).not.toEqual([]);
  });

  it('brings nothing of the services of Azure with the set of one machine', () => {
    const services = /node_modules\/@azure\/(cosmos|service-bus|keyvault-secrets|monitor-opentelemetry)\//;
    expect(local.files.filter((file) => services.test(file))).toEqual([]);
    expect(azure.files.filter((file) => services.test(file))).not.toEqual([]);
  });

  it.each(['COSMOS', 'ServiceBus', 'CAUSEWAY_STORAGE', 'CAUSEWAY_BLOB_CONNECTION'])(
    'does not start in Azure with a key in %s, and does not repeat it',
    async (name) => {
      const refusal = await load({ ...AZURE, [name]: 'AccountKey=a-secret-key' }).then(
        () => 'not refused',
        (error: Error) => error.message,
      );
      expect(refusal).toContain(`app setting ${name} holds a connection string with a key`);
      expect(refusal).not.toContain('a-secret-key');
    },
  );
});
