import { copyPart } from './copy-database-part';
import { enumerate, enumerateDatabase } from './enumerate-database';
import { isFenced } from './fence-record';
import { finishPass } from './finish-database-pass';
import type { OfflineContext, OfflineProgress } from './offline-context';
import type { FinishDatabasePassResult } from './offline-pass';
import { SnapshotHolder } from './snapshot-holder';

export type CopyOfflineResult = Exclude<FinishDatabasePassResult, { kind: 'more' }>;

const RESTARTS = 3;

/**
 * Copies a database whole, in one call. A fenced source is gone on with after a kill. Of one that is written to, the state at the
 * beginning is copied, which nobody can come back to: after a kill, or where the session that holds it is lost, all is copied anew.
 */
export async function copyOffline(context: OfflineContext): Promise<CopyOfflineResult> {
  const last = await lastPass(context);
  if (await isFenced(context)) return copyPass(context, Math.max(1, last), null);
  for (let restart = 0; ; restart += 1) {
    const holder = await SnapshotHolder.open(context.source);
    try {
      return await copyPass(context, last + 1 + restart, holder.snapshot);
    } catch (error) {
      if (restart === RESTARTS || !(await holder.isLost())) throw error;
    } finally {
      await holder.release();
    }
  }
}

async function copyPass(
  context: OfflineContext,
  pass: number,
  snapshot: string | null,
): Promise<CopyOfflineResult> {
  const enumerated = await (snapshot === null
    ? enumerateDatabase(context, { pass })
    : enumerate(context, pass, snapshot));
  if (enumerated.kind !== 'done') return enumerated;
  if (!(await copyParts(context, { pass, parts: enumerated.parts, snapshot })))
    return { kind: 'interrupted' };
  const finished = await finishPass(context, { pass, budgetMs: Infinity }, snapshot);
  // Without a budget it is never over before it is done.
  return finished.kind === 'more' ? { kind: 'interrupted' } : finished;
}

/** As many parts at once as the limits allow streams; they are asked again before each. False where it was told to stop. */
async function copyParts(
  context: OfflineContext,
  { pass, parts, snapshot }: { pass: number; parts: number; snapshot: string | null },
): Promise<boolean> {
  const total = new TotalProgress(context);
  const running = new Set<Promise<boolean>>();
  let going = true;
  try {
    for (let part = 1; part <= parts && going; part += 1) {
      while (running.size >= (await context.limits()).copyWorkers) await Promise.race(running);
      const run: Promise<boolean> = copyPart(total.of(part), { pass, part, budgetMs: Infinity }, snapshot)
        .then(({ end }) => (going = going && end === 'done'))
        .finally(() => running.delete(run));
      // Thrown by whoever waits for it; nobody does yet.
      run.catch(() => undefined);
      running.add(run);
    }
    await Promise.all(running);
  } finally {
    await Promise.allSettled(running);
  }
  return going;
}

/** Adds up what the parts tell. */
class TotalProgress {
  private readonly parts = new Map<number, OfflineProgress>();

  constructor(private readonly context: OfflineContext) {}

  of(part: number): OfflineContext {
    return {
      ...this.context,
      limits: () => this.context.limits(),
      progress: (progress) => {
        this.parts.set(part, progress);
        this.context.progress(this.sum());
      },
    };
  }

  private sum(): OfflineProgress {
    const all = [...this.parts.values()];
    const sum = (count: (part: OfflineProgress) => number) =>
      all.reduce((total, part) => total + count(part), 0);
    return {
      totalItems: sum(({ totalItems }) => totalItems),
      doneItems: sum(({ doneItems }) => doneItems),
      totalBytes: sum(({ totalBytes }) => totalBytes),
      doneBytes: sum(({ doneBytes }) => doneBytes),
    };
  }
}

/** 0 where there was none. */
async function lastPass({ journal, migrationId }: OfflineContext): Promise<number> {
  const segments = await journal.segments(migrationId, 'offline/');
  const passes = segments
    .map((name) => /^offline\/(\d{5})\//u.exec(name)?.[1])
    .filter((pass) => pass !== undefined);
  return Math.max(0, ...passes.map(Number));
}
