import { describe, expect, it } from '@jest/globals';
import { host } from '../conformance-host';

describe('custom status', () => {
  it.each<[unknown, unknown]>([
    [{ s: 2 }, { s: 2 }],
    [null, null],
    [0, null],
    [false, null],
    ['', null],
  ])('after %j is %j', async (value, expected) => {
    expect((await host.run('SetsStatus', { value })).customStatus).toEqual(expected);
  });

  it('stays when the instance fails', async () => {
    expect(await host.run('SetsStatus', { value: 1, thenThrows: true })).toMatchObject({
      runtimeStatus: 'Failed',
      customStatus: { first: true },
    });
  });

  it.each([
    [8701, 'Completed'],
    [8702, 'Failed'],
  ])('of %i letters: %s', async (length, runtimeStatus) => {
    const ended = await host.run('SetsStatus', { length });
    expect(ended.runtimeStatus).toBe(runtimeStatus);
    if (runtimeStatus === 'Failed') {
      expect(ended.output).toBe(
        "Orchestrator function 'SetsStatus' failed: The UTF-16 size of the JSON-serialized payload must not exceed 16 KB. The current payload size is 17 KB.",
      );
    }
  });
});
