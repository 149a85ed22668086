// One wave over the whole application, the host killed again and again until it is done.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Causeway } from '../support/causeway';
import { lookInto } from './data-files';
import { drawMoments, Killer } from './kill-moments';
import { subscribeRecorder, RECORDER } from './recorder';
import type { SeededRandom } from './seeded-random';
import { ifReachable, TirelessPeople } from './tireless-people';
import { makeTwoWorkloads, WAVE, type TwoWorkloads } from './two-workloads';

/** About as many as an undisturbed wave writes, so that kills spread over all of it. */
const EXPECTED_LOG_ENTRIES = 140;
const LOOK_EVERY_MS = 50;
/** A host that was not killed and does not answer for so long has ended by itself, or hangs. */
const GONE_AFTER_MS = 90_000;
const NO_PROGRESS_AFTER_MS = 180_000;

export interface Hit {
  /** The stages under way, `rollback` on the way back, or what the wave itself was at. */
  readonly at: readonly string[];
  readonly how: string;
  /** The store held an event that the bus had not taken yet. */
  readonly betweenStoreAndBus: boolean;
}

export interface KilledWave extends TwoWorkloads {
  readonly causeway: Causeway;
  readonly hits: readonly Hit[];
  readonly surprises: readonly string[];
}

export interface Storm {
  readonly random: SeededRandom;
  readonly kills: number;
  /** Of each workload. */
  readonly files?: number;
  /** Called after each kill, counted from 0, before the host starts again. */
  readonly whileDown?: (kill: number) => void;
}

/** Runs the wave to its end. The caller stops `causeway`. */
export async function runKilledWave(causeway: Causeway, storm: Storm): Promise<KilledWave> {
  const workloads = await makeTwoWorkloads(causeway, storm.files);
  subscribeRecorder(causeway.dataDir);
  await causeway.makeWave(WAVE, [workloads.arriving, workloads.returning]);
  await causeway.api.startWave(causeway.people.lead, WAVE, 'The storm begins');
  const people = new TirelessPeople(causeway);
  try {
    const hits = await killAgainAndAgain(causeway, workloads, storm);
    await untilOver(causeway);
    return { ...workloads, causeway, hits, surprises: people.surprises };
  } finally {
    await people.rest();
  }
}

async function killAgainAndAgain(
  causeway: Causeway,
  { arriving, returning }: TwoWorkloads,
  { random, kills, whileDown }: Storm,
): Promise<Hit[]> {
  const hits: Hit[] = [];
  let gone: Promise<void> = Promise.resolve();
  const kill = (): void => {
    gone = causeway.kill();
  };
  const killer = new Killer(causeway.dataDir, kill, [arriving, returning]);
  for (const moment of drawMoments(random, kills, EXPECTED_LOG_ENTRIES)) {
    const struck = await killer.strike(moment);
    await gone;
    if (!struck) break;
    hits.push({ ...whereItStands(causeway.dataDir), how: moment.then });
    whileDown?.(hits.length - 1);
    await causeway.startHost();
  }
  return hits;
}

const whereItStands = (dataDir: string): Omit<Hit, 'how'> =>
  lookInto(dataDir, (files) => {
    const cutovers = files.all('cutover').filter(({ endedAt }) => endedAt === null);
    const at = cutovers.map(({ status, stage }) =>
      status === 'rolling-back' ? 'rollback' : (stage ?? 'before the first stage'),
    );
    const [wave] = files.all('wave');
    return {
      at: at.length > 0 ? [...new Set(at)] : [`wave ${wave?.status ?? ''}`],
      betweenStoreAndBus: files.events() > files.published(),
    };
  });

/** Until the wave has ended and every message is delivered. `onEnd` is called once it has ended, before it waits for the messages. */
export async function untilOver(
  causeway: Causeway,
  onEnd: () => Promise<void> = async () => undefined,
): Promise<void> {
  let changedAt = performance.now();
  let seen = '';
  for (;;) {
    const wave = await ifReachable(() => causeway.wave(WAVE));
    if (wave?.endedAt != null) await onEnd();
    const now = lookInto(causeway.dataDir, (files) => {
      const undelivered = files.undelivered(RECORDER);
      return {
        open: undelivered + Math.max(0, files.events() - files.published()),
        progress: `${files.logEntries()} ${files.published()} ${files.episodes()} ${undelivered}`,
      };
    });
    if (wave?.endedAt != null && now.open === 0) return;
    if (now.progress !== seen) [seen, changedAt] = [now.progress, performance.now()];
    const idleMs = performance.now() - changedAt;
    if (idleMs > (wave === undefined ? GONE_AFTER_MS : NO_PROGRESS_AFTER_MS))
      throw new Error(`Nothing moves any more: ${describe(causeway)}\n${causeway.complaint()}`);
    await sleep(LOOK_EVERY_MS);
  }
}

const describe = ({ dataDir }: Causeway): string =>
  lookInto(dataDir, (files) =>
    [
      ...files.all('wave').map(({ id, status, openGate }) => `${id} ${status} ${openGate ?? ''}`),
      ...files
        .all('cutover')
        .map(({ id, status, stage, waitingFor }) => [id, status, stage, waitingFor].join(' ')),
      `${files.undelivered(RECORDER)} messages wait, ${files.deadLetters()} dead`,
    ].join('; '),
  );
