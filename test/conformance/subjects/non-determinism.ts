import { writeFileSync } from 'node:fs';
import { describe, expect } from '@jest/globals';
import type { InstanceStatus } from '../../support/host-process';
import { host, itHere } from '../conformance-host';

describe('orchestrators whose code has changed', () => {
  const SCHEDULED =
    'Non-Deterministic workflow detected: A previous execution of this orchestration scheduled';
  const CHANGED =
    'Was a change made to the orchestrator code after this instance had already started running?';
  const NUMBER_0 = `${SCHEDULED} an activity task with sequence number 0 named 'Return', but the current orchestration replay instead`;
  const MISSING = "but the current replay execution hasn't (yet?) scheduled this task.";

  const change = async (from: string, to: string): Promise<InstanceStatus> => {
    writeFileSync(host.file('version'), from);
    const id = await host.begin('Changing');
    const settled = from === 'N' ? 1 : 1 + from.length;
    await host.until(id, () => host.episodes(id).length === settled);
    writeFileSync(host.file('version'), to);
    await host.raise(id, 'Go', 1);
    return host.ended(id);
  };

  itHere.each([
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

  itHere('a child to an activity fails, with both sides named', async () => {
    const { output } = await change('S', 'A');
    expect(output).toMatch(
      /sub-orchestration task with sequence ID 0 and name 'InputOf' \(version '', instance ID '.*:0'\), but the current orchestration replay instead produced a ScheduleTaskOrchestratorAction action at this sequence number\. /,
    );
  });

  itHere('an end that comes earlier than before fails', async () => {
    expect((await change('N', 'R')).output).toMatch(
      /had returned 1 actions, but the current replay execution ended after 0\. /,
    );
  });

  itHere.each([
    ['A', 'AA'],
    ['N', 'A'],
  ])('%s to %s, which only appends, goes on', async (from, to) => {
    expect(await change(from, to)).toMatchObject({ runtimeStatus: 'Completed', output: to });
  });

  itHere('says what the history says, what the code asks, and on which line', async () => {
    const { instanceId: id } = await change('A', 'B');
    const body = (await host.durable('GET', `instances/${id}?showHistory=true`)).body as InstanceStatus;
    expect(body.historyEvents?.at(-1)?.FailureDetails).toMatchObject({
      ErrorType: 'NonDeterministicOrchestrationException',
      ErrorMessage: "The history says activity 'Return', the code asks for activity 'Describe'.",
      StackTrace: expect.stringMatching(/lifecycle-orchestrators\.js:\d+:\d+$/),
    });
  });
});
