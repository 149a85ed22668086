import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checkFolder } from '../../host/storage/check/check-folder';
import { HostProcess, type InstanceStatus } from '../support/host-process';

const SETTING = 'AzureFunctionsJobHost__extensions__durableTask__';

/** App settings override host.json, so one application serves as all its versions. */
describe('versions of orchestrations, as Azure matches them', () => {
  let env: Record<string, string>;
  let host: HostProcess;
  beforeEach(() => {
    env = {};
    host = new HostProcess('durable', env);
  });
  afterEach(() => host.dispose());

  const startAs = async (defaultVersion: string, rules: Record<string, string> = {}): Promise<void> => {
    for (const [name, value] of Object.entries({ defaultVersion, ...rules })) env[SETTING + name] = value;
    await host.start();
  };
  const begin = async (name: string, id: string, version: string): Promise<string> => {
    const { status } = await host.durable('POST', `orchestrators/${name}/${id}?version=${version}`, '{}');
    expect(status).toBe(202);
    return id;
  };
  const runAs = async (version: string): Promise<InstanceStatus> =>
    host.ended(await begin('Version', `v${version}`, version));
  /** What was asked before has been taken by now. */
  const another = async (): Promise<void> => {
    await host.run('Version');
  };

  it('gives an instance the version of host.json, or that of its start, and keeps it by continue-as-new', async () => {
    await startAs('1.0');
    expect((await host.run('Version')).output).toBe('1.0');
    expect((await runAs('0.9')).output).toBe('0.9');
    const again = await host.durable('POST', 'orchestrators/VersionAgain/a?version=0.8', '{"again":true}');
    expect(again.status).toBe(202);
    expect((await host.ended('a')).output).toBe('0.8');
  });

  it('gives a sub-orchestration the version of host.json unless its parent names one', async () => {
    await startAs('1.0');
    const id = await begin('VersionOfChildren', 'parent', '0.1');
    expect((await host.ended(id)).output).toEqual(['0.1', '1.0', '0.5', '0.6']);
  });

  it('takes the version that the client of the SDK starts with', async () => {
    await startAs('1.0');
    const url = new URL('/api/client/startNew', host.url);
    const body = JSON.stringify(['Version', { version: '0.7' }]);
    const { value } = (await host.fetch(url, { method: 'POST', body })).body as { value: string };
    expect((await host.ended(value)).output).toBe('0.7');
  });

  it('holds back what is newer than the host, stores what comes for it, and runs it in a host that is new enough', async () => {
    await startAs('1.0');
    const id = await begin('VersionWithEvents', 'newer', '2.0');
    expect((await host.raise(id, 'Go', 1)).status).toBe(202);
    await another();
    expect((await host.status(id)).runtimeStatus).toBe('Running');
    await host.kill();
    await startAs('1.5');
    expect((await host.raise(id, 'Go', 2)).status).toBe(202);
    await another();
    expect((await host.status(id)).runtimeStatus).toBe('Running');
    expect(host.episodes(id)).toEqual([]);
    await host.kill();
    expect(checkFolder(host.dataDir).findings).toEqual([]);
    await startAs('2.0');
    expect((await host.ended(id)).output).toEqual(['2.0', 1, 2]);
  });

  it('lets what is held back be terminated', async () => {
    await startAs('1.0');
    const id = await begin('VersionWithEvents', 'newer', '2.0');
    expect((await host.durable('POST', `instances/${id}/terminate?reason=why`)).status).toBe(202);
    expect(await host.ended(id)).toMatchObject({ runtimeStatus: 'Terminated', output: 'why' });
  });

  it('fails what is newer than the host where host.json says so', async () => {
    await startAs('1.0', { versionFailureStrategy: 'Fail' });
    expect(await runAs('1.0.1')).toMatchObject({
      runtimeStatus: 'Failed',
      output: expect.stringContaining('Orchestration version did not comply with Worker Versioning'),
    });
    expect((await runAs('1.0')).runtimeStatus).toBe('Completed');
  });

  it('runs no other version by Strict, and every one by None', async () => {
    await startAs('1.0', { versionMatchStrategy: 'Strict', versionFailureStrategy: 'Fail' });
    expect((await runAs('0.9')).runtimeStatus).toBe('Failed');
    await host.kill();
    await startAs('1.0', { versionMatchStrategy: 'None' });
    expect((await runAs('9.0')).runtimeStatus).toBe('Completed');
  });

  it('refuses a strategy that there is not, with those that there are', async () => {
    await expect(startAs('1.0', { versionMatchStrategy: 'Newest' })).rejects.toThrow(
      'extensions.durableTask.versionMatchStrategy is "Newest"; it may be None, Strict or CurrentOrOlder.',
    );
  });
});
