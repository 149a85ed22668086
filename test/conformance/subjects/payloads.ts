import { describe, expect, it } from '@jest/globals';
import { host } from '../conformance-host';

const MAX_PAYLOAD_BYTES = 921_600;

describe('payloads of up to 900 KB', () => {
  it('keeps an output of the limit and refuses one byte more', async () => {
    expect((await host.run('Returns', { bytes: MAX_PAYLOAD_BYTES })).runtimeStatus).toBe('Completed');
    expect((await host.run('Returns', { bytes: MAX_PAYLOAD_BYTES + 1 })).output).toMatch(
      /921601 bytes .* limit is 921600/,
    );
  });

  it('fails an activity whose result is larger, and an instance that gives larger input', async () => {
    expect((await host.run('BigActivity', { bytes: MAX_PAYLOAD_BYTES })).output).toBe(MAX_PAYLOAD_BYTES - 2);
    expect((await host.run('BigActivity', { bytes: MAX_PAYLOAD_BYTES + 1 })).output).toContain(
      'the limit is 921600',
    );
    expect((await host.run('BigInput', { bytes: MAX_PAYLOAD_BYTES })).output).toMatch(
      /The input of activity 'Return' has/,
    );
  });

  it('refuses a larger input and a larger event', async () => {
    const large = JSON.stringify('x'.repeat(MAX_PAYLOAD_BYTES));
    expect((await host.durable('POST', 'orchestrators/InputOf', large)).status).toBe(400);
    const id = await host.begin('WaitOne');
    expect((await host.durable('POST', `instances/${id}/raiseEvent/Go`, large)).status).toBe(413);
    expect((await host.status(id)).runtimeStatus).toBe('Running');
  });
});
