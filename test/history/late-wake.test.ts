import { expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EventType, type Episode, type IncomingEvent, type StoredEvent } from '../../host/engine/history';
import type { Decision } from '../../host/engine/replay/decision';

const HOUR_MS = 3_600_000;
const BEGAN_MS = Date.parse('2026-11-21T12:00:00.000Z');
const { ExecutionStarted, EventRaised, OrchestratorStarted, OrchestratorCompleted } = EventType;
const { TaskScheduled, TaskCompleted, TimerCreated, TimerFired } = EventType;

const input = JSON.stringify({
  cutoverId: 'first--shop',
  assetIds: [],
  itinerary: { stages: [] },
  position: 0,
});
const woken: IncomingEvent = { type: EventRaised, name: 'wake', input: '{}' };
const looked = (taskId: number): IncomingEvent => ({ type: TaskCompleted, taskId, result: '"wait"' });
const looks = (id: number): StoredEvent => ({ type: TaskScheduled, id, name: 'takeCommands', input: 'null' });
const episode = (atMs: number, actions: number, ...events: readonly StoredEvent[]): Episode => ({
  atMs,
  actions,
  events: [{ type: OrchestratorStarted }, ...events, { type: OrchestratorCompleted }],
});

/** A cutover that is told to wait for six hours, looks then, and is told to wait again. */
const decideAfter = async (...last: readonly IncomingEvent[]): Promise<Decision> => {
  const laterMs = BEGAN_MS + 6 * HOUR_MS;
  const started: IncomingEvent = { type: ExecutionStarted, name: 'cutover', input };
  const timer: StoredEvent = { type: TimerCreated, id: 1, fireAtMs: laterMs };
  const fired: IncomingEvent = { type: TimerFired, taskId: 1, fireAtMs: laterMs };
  const episodes = [
    episode(BEGAN_MS, 1, started, looks(0)),
    episode(BEGAN_MS, 2, looked(0), timer),
    episode(laterMs, 3, fired, looks(2)),
    { atMs: laterMs, events: [{ type: OrchestratorStarted }, ...last] },
  ];
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...['--require', join(__dirname, '../support/run-typescript.js'), join(__dirname, 'decide-worker.ts')],
    ...['cutover', input, JSON.stringify(episodes)],
  ]);
  return JSON.parse(stdout) as Decision;
};

const timerIn = (ms: number) => ({ type: TimerCreated, id: 3, fireAtMs: BEGAN_MS + 6 * HOUR_MS + ms });

it('looks again at once where it was woken while it looked, with the tasks that it always had', async () => {
  const [quiet, late] = await Promise.all([decideAfter(looked(2)), decideAfter(woken, looked(2))]);
  expect(quiet).toMatchObject({ kind: 'goOn', scheduled: [timerIn(6 * HOUR_MS)] });
  expect(late).toMatchObject({ kind: 'goOn', scheduled: [timerIn(0)] });
});
