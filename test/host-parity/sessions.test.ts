import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { HostProcess } from '../support/host-process';

/** Steps after which a history is no longer replayed with whatever comes from outside. */
const MANY = 20;
const FEW = 3;

describe('an orchestrator that is kept in memory between episodes', () => {
  let host: HostProcess;
  afterEach(() => host.dispose());

  /** Changes its code once it has taken its steps, and lets it go on. */
  const changed = async (times: number): Promise<string> => {
    await host.start();
    writeFileSync(host.file('version'), 'A');
    const id = await host.begin('ChangesLate', { times });
    const taken = async (): Promise<number> => {
      const { body } = await host.durable('GET', `instances/${id}?showHistory=true`);
      return (body as { historyEvents: { EventType: string }[] }).historyEvents.filter(
        ({ EventType }) => EventType === 'TaskCompleted',
      ).length;
    };
    while ((await taken()) < times) await sleep(15);
    writeFileSync(host.file('version'), 'B');
    await host.raise(id, 'Go', 1);
    return id;
  };

  it('fails instead of ending where its code no longer does what its history says', async () => {
    host = new HostProcess('durable', { TRACE_FILE: '' });
    const id = await changed(MANY);
    expect(await host.status(id)).toMatchObject({ runtimeStatus: 'Running' });
    await host.raise(id, 'More', 1);
    const { runtimeStatus, output } = await host.ended(id);
    expect(runtimeStatus).toBe('Failed');
    expect(output).toContain('Non-Deterministic workflow detected');
  });

  it('fails at the next event while its history is short', async () => {
    host = new HostProcess('durable', { TRACE_FILE: '' });
    const { output } = await host.ended(await changed(FEW));
    expect(output).toContain('Non-Deterministic workflow detected');
  });

  it('is decided by its replay where it comes to something else, and that is told, if it is checked', async () => {
    host = new HostProcess('durable', { TRACE_FILE: '', CAUSEWAY_REPLAY: 'checked' });
    const { output } = await host.ended(await changed(MANY));
    expect(output).toContain('Non-Deterministic workflow detected');
    expect(host.stderr).toContain('Orchestrator ChangesLate was kept in memory: it came to');
  });
});
