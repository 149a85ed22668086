import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HostProcess } from '../support/host-process';

const host = new HostProcess('durable');
const MAX_PAYLOAD_BYTES = 921_600;
beforeAll(() => host.start());
afterAll(() => host.dispose());

const command = async (id: string, operation: string): Promise<number> =>
  (await host.durable('POST', `instances/${id}/${operation}?reason=why`)).status;

describe('ends of instances', () => {
  it.each([
    ['error', "Orchestrator function 'Throws' failed: orch boom"],
    ['typed', "Orchestrator function 'Throws' failed: typed"],
  ])('fails with the message of an %s', async (what, output) => {
    expect(await host.run('Throws', { what })).toMatchObject({ runtimeStatus: 'Failed', output });
  });

  it.each(['empty', 'text', 'object', 'undefined'])(
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

describe('commands', () => {
  it('terminates, and a reason that is JSON becomes that value', async () => {
    const sentence = await host.begin('WaitOne');
    expect(await command(sentence, 'terminate')).toBe(202);
    expect(await host.status(sentence)).toMatchObject({ runtimeStatus: 'Terminated', output: 'why' });
    const number = await host.begin('AnyLoserHolds');
    await host.durable('POST', `instances/${number}/terminate?reason=5`);
    expect(await host.status(number)).toMatchObject({ runtimeStatus: 'Terminated', output: 5 });
  });

  it('runs the orchestrator while suspended, but schedules nothing until it is resumed', async () => {
    const id = await host.begin('WorksAfterEvent');
    expect(await command(id, 'suspend')).toBe(202);
    expect((await host.raise(id, 'Go', 1)).status).toBe(202);
    expect((await host.status(id)).runtimeStatus).toBe('Suspended');
    expect(await command(id, 'suspend')).toBe(500);
    expect(await command(id, 'resume')).toBe(202);
    expect((await host.ended(id)).output).toBe('x');
    expect(host.episodes(id)).toEqual([
      'Started -> 6:Go',
      'Suspended -> 6:Go',
      'Event Go=1 -> 6:Go 0:Return',
      'Resumed -> 6:Go 0:Return',
      'Task#0 Return, Done<0 "x" -> done 6:Go 0:Return',
    ]);
  });

  it('keeps an instance suspended across a restart of the host', async () => {
    const id = await host.begin('WaitTwice');
    await command(id, 'suspend');
    await host.raise(id, 'Go', 1);
    await host.kill();
    await host.start();
    expect((await host.status(id)).runtimeStatus).toBe('Suspended');
    await host.raise(id, 'Go', 2);
    await command(id, 'resume');
    expect((await host.ended(id)).output).toEqual([1, 2]);
  });

  it('answers 500 to a resume of what runs, 410 to commands to what has ended, 404 to unknown ids', async () => {
    const running = await host.begin('WaitOne');
    expect(await command(running, 'resume')).toBe(500);
    const { instanceId } = await host.run('Returns', {});
    for (const operation of ['terminate', 'suspend', 'resume']) {
      expect(await command(instanceId, operation)).toBe(410);
      expect(await command('unknown', operation)).toBe(404);
    }
    expect((await host.raise(instanceId, 'Go', 1)).status).toBe(410);
    expect((await host.raise('unknown', 'Go', 1)).status).toBe(404);
    expect([await command(instanceId, 'rewind'), await command('unknown', 'rewind')]).toEqual([412, 404]);
  });
});

describe('orchestrators whose code has changed', () => {
  const SCHEDULED =
    'Non-Deterministic workflow detected: A previous execution of this orchestration scheduled';
  const CHANGED =
    'Was a change made to the orchestrator code after this instance had already started running?';
  const NUMBER_0 = `${SCHEDULED} an activity task with sequence number 0 named 'Return', but the current orchestration replay instead`;
  const MISSING = "but the current replay execution hasn't (yet?) scheduled this task.";

  const change = async (from: string, to: string): Promise<{ runtimeStatus: string; output: unknown }> => {
    writeFileSync(host.file('version'), from);
    const id = await host.begin('Changing');
    const settled = from === 'N' ? 1 : 1 + from.length;
    await host.until(id, () => host.episodes(id).length === settled);
    writeFileSync(host.file('version'), to);
    await host.raise(id, 'Go', 1);
    return host.ended(id);
  };

  it.each([
    [
      'A',
      'B',
      `${NUMBER_0} scheduled an activity task named 'Describe' with this sequence number.  ${CHANGED}`,
    ],
    [
      'A',
      'T',
      `${NUMBER_0} produced a CreateTimerOrchestratorAction action with this sequence number. ${CHANGED}`,
    ],
    [
      'A',
      'S',
      `${NUMBER_0} produced a CreateSubOrchestrationAction action with this sequence number. ${CHANGED}`,
    ],
    [
      'A',
      'N',
      `${SCHEDULED} an activity task with sequence ID 0 and name 'Return' (version ''), ${MISSING} ${CHANGED}`,
    ],
    [
      'A',
      'R',
      `${SCHEDULED} an activity task with sequence ID 0 and name 'Return' (version ''), ${MISSING} ${CHANGED}`,
    ],
    [
      'AA',
      'A',
      `${SCHEDULED} an activity task with sequence ID 1 and name 'Return' (version ''), ${MISSING} ${CHANGED}`,
    ],
    [
      'T',
      'A',
      `${SCHEDULED} a timer task with sequence number 0 named but the current orchestration replay instead produced a ScheduleTaskOrchestratorAction action with this sequence number. ${CHANGED}`,
    ],
  ])('%s to %s fails, with both sides named', async (from, to, output) => {
    expect(await change(from, to)).toMatchObject({ runtimeStatus: 'Failed', output });
  });

  it('a child to an activity fails, with both sides named', async () => {
    const { output } = await change('S', 'A');
    expect(output).toMatch(
      /sub-orchestration task with sequence ID 0 and name 'InputOf' \(version '', instance ID '.*:0'\), but the current orchestration replay instead produced a ScheduleTaskOrchestratorAction action at this sequence number\. /,
    );
  });

  it('an end that comes earlier than before fails', async () => {
    expect((await change('N', 'R')).output).toMatch(
      /had returned 1 actions, but the current replay execution ended after 0\. /,
    );
  });

  it.each([
    ['A', 'AA'],
    ['N', 'A'],
  ])('%s to %s, which only appends, goes on', async (from, to) => {
    expect(await change(from, to)).toMatchObject({ runtimeStatus: 'Completed', output: to });
  });
});
