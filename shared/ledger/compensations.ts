import type { Cutover } from '../contracts/cutover';
import type { Evidence, StepName } from '../contracts/step';
import { create } from '../ports/store';
import { changeCutover, readCutover } from './cutovers';
import { seenIdType } from './documents';
import type { Ledger } from './ledger';
import { stageOf, withStage } from './stages';

export interface Compensation {
  readonly stage: string;
  readonly step: StepName;
}

/**
 * Begins turning back and says what is left to undo, newest first: every stage that was begun, done or not, and is not undone
 * yet. Asked again after a crash it answers with what is left then.
 */
export const beginTurningBack = async (
  ledger: Ledger,
  cutoverId: string,
): Promise<{ compensations: Compensation[]; touched: boolean }> => {
  const cutover = await changeCutover<Cutover>(ledger, cutoverId, ({ body }, now) => {
    if (body.status === 'rolling-back' || body.endedAt !== null) return { change: null, result: body };
    const why = body.turningBack ?? { kind: 'rollback' as const, reason: 'unknown', by: 'causeway' };
    const next: Cutover = {
      ...body,
      status: 'rolling-back',
      waitingFor: null,
      turningBack: why,
      outageOnReturn:
        body.outage.endedAt === null || returnsInAWindow(body)
          ? body.outageOnReturn
          : { beganAt: now, endedAt: null },
      updatedAt: now,
    };
    const entry = {
      kind: 'cutover.turned-back',
      actor: why.by,
      summary: `Turning back (${why.kind}): ${why.reason}`.slice(0, 4_000),
      facts: { kind: why.kind, stage: body.stage },
    };
    const event = {
      type: 'cutover.turned-back' as const,
      data: { cutoverId, waveId: body.waveId, kind: why.kind },
    };
    return { change: { body: next, log: [entry], events: [event] }, result: next };
  });
  const begun = cutover.itinerary.stages.filter(
    (stage) => stage.compensation !== null && stageOf(cutover, stage.name).state.attempts > 0,
  );
  const compensations = begun
    .filter((stage) => stageOf(cutover, stage.name).state.status !== 'compensated')
    .flatMap((stage) =>
      stage.compensation === null ? [] : [{ stage: stage.name, step: stage.compensation }],
    )
    .reverse();
  return { compensations, touched: begun.length > 0 };
};

/** Users are served on their way back too, but for a window that is measured when it comes. */
const returnsInAWindow = ({ itinerary }: Cutover): boolean =>
  itinerary.stages.some(({ compensation }) => compensation === 'switchBack');

/** Checkpoint: a stage is undone, with the evidence for it. Undone already: no change. */
export const endCompensation = (
  ledger: Ledger,
  cutoverId: string,
  name: string,
  evidence: Evidence,
): Promise<void> =>
  changeCutover<void>(ledger, cutoverId, ({ body: cutover }, now) => {
    const { stage, state } = stageOf(cutover, name);
    if (state.status === 'compensated') return { change: null, result: undefined };
    const stages = withStage(cutover, name, { status: 'compensated', endedAt: now, evidence });
    const entry = {
      kind: 'stage.compensated',
      actor: evidence.source,
      summary: `Undid: ${stage.title}: ${evidence.summary}`.slice(0, 4_000),
      facts: { stage: name, ...evidence.facts },
    };
    return {
      change: { body: { ...cutover, waitingFor: null, stages, updatedAt: now }, log: [entry] },
      result: undefined,
    };
  });

/** Logs a step of the way back that belongs to no stage: its failure, or the verification of the whole. `key` was logged: no change. */
export const recordTurningBack = (
  ledger: Ledger,
  cutoverId: string,
  key: string,
  kind: 'rollback.step-failed' | 'rollback.verified' | 'rollback.left-open',
  evidence: Evidence,
): Promise<void> =>
  changeCutover<void>(ledger, cutoverId, async ({ body: cutover, partition }, now) => {
    const id = `turning-back.${key}`;
    if (await ledger.store.read(seenIdType, partition, id)) return { change: null, result: undefined };
    return {
      change: {
        body: { ...cutover, updatedAt: now },
        log: [{ kind, actor: evidence.source, summary: evidence.summary, facts: evidence.facts }],
        documents: [create(seenIdType, id, { id, at: now })],
      },
      result: undefined,
    };
  });

/** Why the cutover turns back; null where it does not. */
export const turningBackOf = async (ledger: Ledger, cutoverId: string): Promise<Cutover['turningBack']> =>
  (await readCutover(ledger, cutoverId)).body.turningBack;
