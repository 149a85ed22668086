import { expect, it } from '@jest/globals';
import type { RunbookExecution } from '../../shared/contracts/runbook';
import type { Runbook } from '../../shared/ports/runbook';

/**
 * A runbook whose run works by itself, then waits for an approval at `approval`, then works again to its end. Each look moves it on a
 * little.
 */
export interface RunbookUnderTest {
  readonly runbook: Runbook;
  readonly approval: string;
  /** False where the service knows no pause: then it has to be refused. */
  readonly pauses: boolean;
  /** Has the answer to the next start get lost, after it took effect. */
  loseNextStart(): void;
}

const LOOKS = 60;

export const lookUntil = async (
  runbook: Runbook,
  runId: string,
  done: (execution: RunbookExecution) => boolean,
): Promise<RunbookExecution> => {
  for (let look = 0; look < LOOKS; look += 1) {
    const execution = await runbook.state(runId);
    if (done(execution)) return execution;
  }
  throw new Error('the run did not come to what was expected');
};

const start = async (runbook: Runbook): Promise<string> => {
  const started = await runbook.start();
  if (started.kind !== 'accepted' || started.runId === undefined) throw new Error(JSON.stringify(started));
  return started.runId;
};

const waitsAt =
  (stepId: string) =>
  ({ steps }: RunbookExecution): boolean =>
    steps.some(({ id, state }) => id === stepId && state === 'AwaitingUserAction');

/** What every adapter of `Runbook` promises. */
export const runbookSuite = (open: () => Promise<RunbookUnderTest>): void => {
  it('says what it consists of before it runs, and changes nothing by it', async () => {
    const { runbook, approval } = await open();
    const ready = await runbook.readiness();
    expect(ready.kind).toBe('ready');
    const steps = ready.kind === 'ready' ? ready.steps : [];
    expect(steps.find(({ id }) => id === approval)?.kind).toBe('approval');
    expect(await runbook.runs()).toEqual([]);
  });

  it('starts a run that is listed from then on, and waits for its approval', async () => {
    const { runbook, approval } = await open();
    const runId = await start(runbook);
    expect(await runbook.runs()).toEqual([runId]);
    const waiting = await lookUntil(runbook, runId, waitsAt(approval));
    expect(waiting).toMatchObject({ runId, state: 'InProgress' });
    expect(waiting.steps.find(({ id }) => id === approval)).toMatchObject({ kind: 'approval' });
  });

  it('goes on to its end once the step is approved', async () => {
    const { runbook, approval } = await open();
    const runId = await start(runbook);
    await lookUntil(runbook, runId, waitsAt(approval));
    expect(await runbook.approve(runId, approval, 'Amir: looked at it')).toEqual({ kind: 'accepted' });
    const ended = await lookUntil(runbook, runId, ({ state }) => state === 'Completed');
    expect(ended.steps.length).toBeGreaterThan(1);
    expect(new Set(ended.steps.map(({ state }) => state))).toEqual(new Set(['Succeeded']));
  });

  it('refuses as a value what makes no sense now', async () => {
    const { runbook, approval } = await open();
    const runId = await start(runbook);
    await lookUntil(runbook, runId, waitsAt(approval));
    expect((await runbook.perform(runId, 'resume')).kind).toBe('refused');
    expect((await runbook.retry(runId, approval)).kind).toBe('refused');
  });

  it('pauses and resumes, where the service can', async () => {
    const { runbook, approval, pauses } = await open();
    const runId = await start(runbook);
    await lookUntil(runbook, runId, waitsAt(approval));
    const paused = await runbook.perform(runId, 'pause');
    expect(paused.kind).toBe(pauses ? 'accepted' : 'refused');
    if (!pauses) return;
    await lookUntil(runbook, runId, ({ state }) => state === 'Paused');
    expect(await runbook.perform(runId, 'resume')).toEqual({ kind: 'accepted' });
    await lookUntil(runbook, runId, ({ state }) => state === 'InProgress');
  });

  it('cancels a run for good', async () => {
    const { runbook, approval } = await open();
    const runId = await start(runbook);
    await lookUntil(runbook, runId, waitsAt(approval));
    expect(await runbook.perform(runId, 'cancel')).toEqual({ kind: 'accepted' });
    await lookUntil(runbook, runId, ({ state }) => state === 'Cancelled');
    expect((await runbook.approve(runId, approval, 'too late')).kind).toBe('refused');
  });

  it('lists the run of a start whose answer was lost', async () => {
    const test = await open();
    test.loseNextStart();
    await expect(test.runbook.start()).rejects.toThrow();
    expect(await test.runbook.runs()).toHaveLength(1);
  });
};
