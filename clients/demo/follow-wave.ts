import { setTimeout as sleep } from 'node:timers/promises';
import type { CutoverView } from '../../shared/contracts/api';
import { isEnded } from '../../shared/contracts/cutover';
import type { ApiClient, Person } from './api-client';
import type { Emit } from './events';
import type { Gatekeeper } from './gatekeeper';

const LOOK_EVERY_MS = 200;

/**
 * Watches a wave to its end and answers its gates; the cutovers by workload as they ended. Throws where nothing has changed for
 * too long, people's thinking excepted.
 */
export async function followWave(
  api: ApiClient,
  viewer: Person,
  waveId: string,
  gatekeeper: Gatekeeper,
  emit: Emit,
  patienceMs: number,
  /** Called once, when the first workload has arrived. */
  onArrival: () => Promise<void> = async () => undefined,
): Promise<ReadonlyMap<string, CutoverView>> {
  const told = new Map<string, string>();
  const tell = (key: string, value: string): boolean => {
    if (told.get(key) === value) return false;
    told.set(key, value);
    return true;
  };
  let changedAt = Date.now();
  for (;;) {
    if (await gatekeeper.answerOpenGates()) changedAt = Date.now();
    const wave = await api.wave(viewer, waveId);
    const cutovers = await Promise.all(Object.values(wave.cutovers).map((id) => api.cutover(viewer, id)));
    for (const cutover of cutovers) {
      if (tell(cutover.id, cutover.updatedAt + cutover.log.hash)) changedAt = Date.now();
      if (emitProgress(cutover, tell, emit)) changedAt = Date.now();
      emitStages(cutover, tell, emit);
    }
    if (cutovers.some(({ arrivedAt }) => arrivedAt !== null) && tell('arrival', 'told')) await onArrival();
    if (wave.endedAt !== null && cutovers.every(({ status }) => isEnded(status)))
      return new Map(cutovers.map((cutover) => [cutover.workloadId, cutover]));
    if (Date.now() - changedAt > patienceMs)
      throw new Error(
        `Nothing has moved for ${patienceMs / 1_000} s: ${wave.status}, ${waitingWords(cutovers)}`,
      );
    await sleep(LOOK_EVERY_MS);
  }
}

type Tell = (key: string, value: string) => boolean;

function emitStages(cutover: CutoverView, tell: Tell, emit: Emit): void {
  const titles = new Map(cutover.itinerary.stages.map(({ name, title }) => [name, title]));
  for (const { name, status, reason } of cutover.stages) {
    if (status === 'pending' || !tell(`${cutover.id}/${name}`, status)) continue;
    const title = titles.get(name) ?? name;
    const why = reason === null ? {} : { reason };
    emit({ event: 'stage', workload: cutover.workloadId, stage: name, title, status, ...why });
  }
}

function emitProgress(cutover: CutoverView, tell: Tell, emit: Emit): boolean {
  const fresh = cutover.progress.filter(({ stage, updatedAt }) =>
    tell(`${cutover.id}/${stage}/bytes`, updatedAt),
  );
  for (const progress of fresh) emit({ event: 'progress', workload: cutover.workloadId, ...progress });
  const databases = cutover.databases.filter(({ assetId, updatedAt }) =>
    tell(`${cutover.id}/database/${assetId}`, updatedAt),
  );
  for (const { doing, detail, lagMs, forecastWindowMs } of databases)
    emit({ event: 'database', workload: cutover.workloadId, doing, detail, lagMs, forecastWindowMs });
  return fresh.length > 0 || databases.length > 0;
}

const waitingWords = (cutovers: readonly CutoverView[]): string =>
  cutovers
    .map(({ workloadId, status, stage, waitingFor }) => [workloadId, status, stage, waitingFor].join(' '))
    .join('; ');
