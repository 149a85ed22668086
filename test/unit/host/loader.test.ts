import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { HostProcess } from '../../support/host-process';

describe('what the host refuses to load', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'causeway-app-'));
    symlinkSync(path.resolve(__dirname, '../../../node_modules'), path.join(folder, 'node_modules'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const load = async (files: Record<string, string>): Promise<string> => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
    const host = new HostProcess('http', { APP_DIR: folder });
    try {
      await host.start();
      return 'started';
    } catch (error) {
      return (error as Error).message;
    } finally {
      await host.dispose();
    }
  };
  const app = (source: string): Record<string, string> => ({
    'package.json': '{ "main": "app.js" }',
    'app.js': `const { app, input, output } = require('@azure/functions');\n${source}`,
  });

  it('names every function that it cannot serve, in one error', async () => {
    const message = await load(
      app(`
        app.storageQueue('queue', { queueName: 'q', connection: 'C', handler() {} });
        app.http('blob', { extraInputs: [input.storageBlob({ path: 'p', connection: 'C' })], handler() {} });
        app.http('table', { extraOutputs: [output.table({ tableName: 't', connection: 'C' })], handler() {} });
        app.http('fine', { handler() {} });`),
    );
    expect(message).toContain('function "queue": trigger type "queueTrigger" is not supported');
    expect(message).toContain('function "blob": input type "blob" is not supported');
    expect(message).toContain('function "table": output type "table" is not supported');
    expect(message).not.toContain('fine');
  });

  it('names functions that differ by case only', async () => {
    const message = await load(app(`app.http('One', { handler() {} }); app.http('oNE', { handler() {} });`));
    expect(message).toContain('"One" and "oNE" clash without regard to case');
  });

  it('names a route it does not understand', async () => {
    const message = await load(app(`app.http('bad', { route: 'x/{id:nonsense}', handler() {} });`));
    expect(message).toContain(
      'Function "bad", route "x/{id:nonsense}": Route constraint "nonsense" is not known.',
    );
  });

  it.each<[string, Record<string, string>, string]>([
    ['nothing registered', app(''), 'it registers no function'],
    ['a file that throws', app(`throw new Error('at load');`), 'app.js could not be loaded: at load'],
    ['no package.json', {}, 'package.json cannot be read'],
    ['no entry', { 'package.json': '{}' }, 'has no "main"'],
    [
      'an entry that is not there',
      { 'package.json': '{ "main": "dist/*.js" }' },
      'which matches no file. Was it built?',
    ],
    ['a bad host.json', { ...app(''), 'host.json': '{' }, 'host.json is not valid JSON'],
  ])('says what is wrong with %s', async (_name, files, message) => {
    expect(await load(files)).toContain(message);
  });
});
