import { describe, expect, it } from '@jest/globals';
import { host, itHere } from '../conformance-host';

describe('ends of instances', () => {
  it.each([
    ['error', "Orchestrator function 'Throws' failed: orch boom"],
    ['typed', "Orchestrator function 'Throws' failed: typed"],
  ])('fails with the message of an %s', async (what, output) => {
    expect(await host.run('Throws', { what })).toMatchObject({ runtimeStatus: 'Failed', output });
  });

  itHere.each(['empty', 'text', 'object', 'undefined'])(
    'fails on a thrown %s, where Azure leaves it running',
    async (what) => {
      const ended = await host.run('Throws', { what });
      expect(ended.runtimeStatus).toBe('Failed');
      expect(ended.output).toMatch(/^Orchestrator function 'Throws' failed: it /);
    },
  );

  it.each([[null], [0], [false], [''], ['s'], [[1]], [{ a: 1 }], ['12'], ['{"a":1}']])(
    'returns %j',
    async (value) => {
      expect(await host.run('Returns', { value })).toMatchObject({
        runtimeStatus: 'Completed',
        output: value,
      });
    },
  );

  it.each([['"foo"'], ['5'], ['null'], ['""'], ['[]'], ['true'], ['']])(
    'reads the input %s',
    async (text) => {
      const id = `input-${Buffer.from(text).toString('hex')}x`;
      await host.durable('POST', `orchestrators/InputOf/${id}`, text);
      const value = text === '' ? null : (JSON.parse(text) as unknown);
      const ended = await host.ended(id);
      expect(ended).toMatchObject({
        input: value,
        output: { type: value === null ? 'null' : typeof value, json: JSON.stringify(value) },
      });
    },
  );

  it('turns a text named Timestamp into a date, as the SDK does', async () => {
    expect((await host.run('HasTimestamp', { Timestamp: '2020-01-02T03:04:05.000Z' })).output).toBe(
      '[object Date]',
    );
  });
});
