import type { Cutover } from '../contracts/cutover';
import type { StepResult } from '../contracts/step';
import { checkGuards } from '../domain/guards';
import { changeCutover, readCutover } from './cutovers';
import { nowIso, type Ledger } from './ledger';
import { readWave } from './waves';

/** What keeps an order from being acted on now; null where nothing does. */
export type Obstacle = Extract<StepResult, { kind: 'interrupted' | 'failed' }>;

const stageIn = (cutover: Cutover, name: string) =>
  cutover.itinerary.stages.find((stage) => stage.name === name);

/**
 * Looks once more, right before a stage touches anything: time has passed since the stage began, perhaps days. A guard that refuses
 * by now sends the cutover back to where guards are waited for. In the outage the way back must still fit the window; a person
 * who retried after being told so has decided to go on.
 */
export const obstacleNow = async (
  ledger: Ledger,
  cutoverId: string,
  stageName: string,
): Promise<Obstacle | null> => {
  const { body: cutover } = await readCutover(ledger, cutoverId);
  const stage = stageIn(cutover, stageName);
  if (!stage || cutover.status === 'rolling-back') return null;
  const { body: wave } = await readWave(ledger, cutover.waveId);
  const facts = { now: nowIso(ledger), wave, cutover };
  if (checkGuards(stage.guards, facts)) return { kind: 'interrupted' };
  const attempts = cutover.stages.find((state) => state.name === stageName)?.attempts ?? 0;
  if (!stage.downtime || cutover.outage.beganAt === null || attempts > 1) return null;
  const refusal = checkGuards(['rollbackFits'], facts);
  return refusal && { kind: 'failed', code: refusal.code, reason: refusal.reason, facts: {} };
};

/** The outage begins when the first stage that causes one acts, not when it was planned to. */
export const markOutage = async (ledger: Ledger, cutoverId: string, stageName: string): Promise<void> => {
  const { body } = await readCutover(ledger, cutoverId);
  if (body.outage.beganAt !== null || stageIn(body, stageName)?.downtime !== true) return;
  await changeCutover<void>(ledger, cutoverId, ({ body: cutover }, now) =>
    cutover.outage.beganAt === null
      ? {
          change: { body: { ...cutover, outage: { beganAt: now, endedAt: null }, updatedAt: now } },
          result: undefined,
        }
      : { change: null, result: undefined },
  );
};
