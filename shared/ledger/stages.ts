import type { Cutover, StageState } from '../contracts/cutover';
import { MigrationError } from '../contracts/errors';
import type { FailureAnswer } from '../contracts/gate';
import type { Stage } from '../contracts/itinerary';
import type { DifferingRows, Evidence } from '../contracts/step';
import { settleFailedStage } from '../domain/failures';
import { checkGuards } from '../domain/guards';
import { replace } from '../ports/store';
import { changeCutover } from './cutovers';
import { cutoverPartition, gateType } from './documents';
import type { Ledger } from './ledger';
import type { Decided } from './record';
import { readWave } from './waves';

export type Begun =
  | { readonly kind: 'go'; readonly attempt: number }
  /** Done or skipped before: go on to the next stage. */
  | { readonly kind: 'already' }
  | { readonly kind: 'interrupted' }
  /** A guard says no and the source still serves: wait, until then at the latest (null: until woken). */
  | { readonly kind: 'wait'; readonly reason: string; readonly recheckAt: string | null }
  /** A guard says no during the outage: a person decides. */
  | { readonly kind: 'failed'; readonly attempt: number };

export const stageOf = (cutover: Cutover, name: string): { stage: Stage; state: StageState } => {
  const stage = cutover.itinerary.stages.find((candidate) => candidate.name === name);
  const state = cutover.stages.find((candidate) => candidate.name === name);
  if (!stage || !state)
    throw new MigrationError('internal', `itinerary ${cutover.itinerary.name} has no stage ${name}`);
  return { stage, state };
};

export const withStage = (cutover: Cutover, name: string, change: Partial<StageState>): StageState[] =>
  cutover.stages.map((state) => (state.name === name ? { ...state, ...change } : state));

/**
 * Begins a stage, or goes on with it after an interruption: then it is the same attempt. Guards are looked at now, with what is
 * stored now, also when it goes on: the pause may have outlasted the window. A refusal is logged once for each reason, not at
 * every look.
 */
export const beginStage = (ledger: Ledger, cutoverId: string, name: string): Promise<Begun> =>
  changeCutover<Begun>(ledger, cutoverId, async ({ body: cutover }, now) => {
    const { stage, state } = stageOf(cutover, name);
    if (state.status === 'done' || state.status === 'skipped')
      return { change: null, result: { kind: 'already' } };
    if (cutover.commandsReceived > cutover.commandsDecided || cutover.turningBack)
      return { change: null, result: { kind: 'interrupted' } };
    if (state.status === 'failed')
      return { change: null, result: { kind: 'failed', attempt: state.attempts } };
    const { body: wave } = await readWave(ledger, cutover.waveId);
    const refusal = checkGuards(stage.guards, { now, wave, cutover });
    if (refusal) return refused(cutover, stage, state, refusal, now);
    if (state.status === 'running') return goOn(cutover, state, now);
    const attempt = state.attempts + 1;
    const body: Cutover = {
      ...cutover,
      status: 'running',
      waitingFor: null,
      stage: name,
      stages: withStage(cutover, name, {
        status: 'running',
        attempts: attempt,
        beganAt: now,
        endedAt: null,
        reason: null,
      }),
      updatedAt: now,
    };
    const facts = { stage: name, attempt, requirements: stage.requirements };
    const entry = { kind: 'stage.began', actor: 'causeway', summary: `Began: ${stage.title}`, facts };
    const event = { type: 'cutover.stage-began' as const, data: { cutoverId, stage: name, attempt } };
    return { change: { body, log: [entry], events: [event] }, result: { kind: 'go', attempt } };
  });

/** The same attempt after an interruption or a fresh start. At an open gate it still waits, and people see that. */
const goOn = (cutover: Cutover, state: StageState, now: string): Decided<Cutover, Begun> => {
  const result = { kind: 'go' as const, attempt: state.attempts };
  if (cutover.status === 'running' || cutover.openGate !== null) return { change: null, result };
  return { change: { body: { ...cutover, status: 'running', waitingFor: null, updatedAt: now } }, result };
};

const refused = (
  cutover: Cutover,
  stage: Stage,
  state: StageState,
  refusal: { code: string; reason: string; recheckAt: string | null },
  now: string,
) => {
  const entry = {
    kind: 'guard.refused',
    actor: 'causeway',
    summary: `${stage.title} may not begin: ${refusal.reason}`,
    facts: { stage: stage.name, code: refusal.code },
  };
  if (stage.downtime && cutover.outage.beganAt !== null) {
    const attempt = state.status === 'running' ? state.attempts : state.attempts + 1;
    const stages = withStage(cutover, stage.name, {
      status: 'failed',
      attempts: attempt,
      endedAt: now,
      reason: refusal.reason,
      failureCode: refusal.code,
    });
    const body: Cutover = { ...cutover, stage: stage.name, stages, updatedAt: now };
    return { change: { body, log: [entry] }, result: { kind: 'failed' as const, attempt } };
  }
  const result = { kind: 'wait' as const, reason: refusal.reason, recheckAt: refusal.recheckAt };
  const reason = refusal.reason.slice(0, 1_000);
  if (cutover.stage === stage.name && cutover.waitingFor === reason) return { change: null, result };
  const body: Cutover = {
    ...cutover,
    status: 'waiting',
    waitingFor: reason,
    stage: stage.name,
    updatedAt: now,
  };
  return { change: { body, log: [entry] }, result };
};

export type StageEnd =
  | { readonly kind: 'done'; readonly evidence: Evidence }
  | {
      readonly kind: 'failed';
      readonly code: string;
      readonly reason: string;
      readonly facts?: Evidence['facts'];
      readonly differing?: DifferingRows | null | undefined;
    };

const endsOutage = (cutover: Cutover, stage: Stage): boolean => {
  const index = cutover.itinerary.stages.findIndex((candidate) => candidate.name === stage.name);
  return stage.downtime && cutover.itinerary.stages[index + 1]?.downtime !== true;
};

/** What a verification found stands until another one has found something else. */
const differingAfter = ({ differing }: StageState, end: StageEnd): Partial<StageState> => {
  if (end.kind === 'failed') return end.differing === undefined ? {} : { differing: end.differing };
  return differing === undefined ? {} : { differing: null };
};

const failureCodeAfter = ({ failureCode }: StageState, end: StageEnd): Partial<StageState> => {
  if (end.kind === 'failed') return { failureCode: end.code.slice(0, 200) };
  return failureCode === undefined ? {} : { failureCode: null };
};

/** Checkpoint: a stage ended, with its evidence or its reason. Ended already: no change. */
export const endStage = (ledger: Ledger, cutoverId: string, name: string, end: StageEnd): Promise<void> =>
  changeCutover<void>(ledger, cutoverId, async ({ body: cutover }, now) => {
    const { stage, state } = stageOf(cutover, name);
    if (state.status !== 'running') return { change: null, result: undefined };
    const left = await leftOpen(ledger, cutover, now);
    const done = end.kind === 'done';
    const arrived = done && stage.arrives && cutover.arrivedAt === null;
    const body: Cutover = {
      ...cutover,
      status: 'running',
      waitingFor: null,
      stages: withStage(cutover, name, {
        status: end.kind,
        endedAt: now,
        evidence: done ? end.evidence : state.evidence,
        reason: done ? null : end.reason.slice(0, 4_000),
        ...failureCodeAfter(state, end),
        ...differingAfter(state, end),
      }),
      // A switch has measured its own end, which came before it was heard of here.
      outage:
        done && endsOutage(cutover, stage)
          ? { ...cutover.outage, endedAt: cutover.outage.endedAt ?? now }
          : cutover.outage,
      arrivedAt: arrived ? now : cutover.arrivedAt,
      openGate: left ? null : cutover.openGate,
      updatedAt: now,
    };
    const summary = done ? `${stage.title}: ${end.evidence.summary}` : `${stage.title} failed: ${end.reason}`;
    const facts = done
      ? { stage: name, source: end.evidence.source, ...end.evidence.facts }
      : { stage: name, code: end.code, ...end.facts };
    const entry = {
      kind: `stage.${end.kind}`,
      actor: done ? end.evidence.source : 'causeway',
      summary: summary.slice(0, 4_000),
      facts,
    };
    const ended = {
      type: 'cutover.stage-ended' as const,
      data: { cutoverId, waveId: cutover.waveId, stage: name, status: end.kind, beganAt: state.beganAt },
    };
    const arrival = { type: 'cutover.arrived' as const, data: { cutoverId, waveId: cutover.waveId } };
    return {
      change: {
        body,
        log: left ? [left.entry, entry] : [entry],
        events: arrived ? [ended, arrival] : [ended],
        documents: left ? [left.operation] : [],
      },
      result: undefined,
    };
  });

/** A question that people have not answered when its stage ends, since what was watched meanwhile failed: withdrawn. */
const leftOpen = async (ledger: Ledger, cutover: Cutover, now: string) => {
  if (cutover.openGate === null) return null;
  const gate = await ledger.store.read(gateType, cutoverPartition(cutover.id), cutover.openGate);
  if (gate?.body.status !== 'open') return null;
  const operation = replace(gateType, gate, { ...gate.body, status: 'withdrawn', closedAt: now });
  const summary = `Withdrew the question ${gate.body.gate}: its stage has ended`;
  const facts = { gateId: gate.body.id };
  return { operation, entry: { kind: 'gate.withdrawn', actor: 'causeway', summary, facts } };
};

/** Carries out what was decided about a failed stage without a person: no change where it is settled already. */
export const settleFailure = (
  ledger: Ledger,
  cutoverId: string,
  name: string,
  answer: FailureAnswer,
  by: string,
  reason: string,
): Promise<void> =>
  changeCutover<void>(ledger, cutoverId, ({ body: cutover }, now) => {
    const settled = settleFailedStage(cutover, name, answer, by, reason);
    if (settled === cutover) return { change: null, result: undefined };
    const entry = {
      kind: `failure.${answer}`,
      actor: by,
      summary: `${stageOf(cutover, name).stage.title}: ${answer}. ${reason}`.slice(0, 4_000),
      facts: { stage: name, answer },
    };
    return { change: { body: { ...settled, updatedAt: now }, log: [entry] }, result: undefined };
  });

/**
 * Ends a cutover for good. Ended already: no change. `interrupted` where it would be completed while commands wait: they were
 * accepted, and one of them may ask for the way back.
 */
export const endCutover = (
  ledger: Ledger,
  cutoverId: string,
  status: 'completed' | 'rolled-back' | 'cancelled' | 'rollback-failed',
): Promise<'ended' | 'interrupted'> =>
  changeCutover(ledger, cutoverId, ({ body: cutover }, now) => {
    if (cutover.endedAt !== null) return { change: null, result: 'ended' };
    if (status === 'completed' && (cutover.turningBack || cutover.commandsReceived > cutover.commandsDecided))
      return { change: null, result: 'interrupted' };
    const { beganAt, endedAt } = cutover.outage;
    // Where the way back was left open nobody can say that users are served, even if the target served them in between.
    const servedAt = status === 'rollback-failed' ? null : (endedAt ?? now);
    const outage = { beganAt, endedAt: beganAt === null ? null : servedAt };
    const onReturn = cutover.outageOnReturn.beganAt;
    const outageOnReturn = {
      beganAt: onReturn,
      endedAt:
        onReturn === null || status === 'rollback-failed' ? null : (cutover.outageOnReturn.endedAt ?? now),
    };
    const body: Cutover = {
      ...cutover,
      status,
      waitingFor: null,
      stage: null,
      outage,
      outageOnReturn,
      endedAt: now,
      updatedAt: now,
    };
    const facts = { status, outage: { ...outage }, outageOnReturn: { ...outageOnReturn } };
    const entry = {
      kind: 'cutover.ended',
      actor: 'causeway',
      summary: `Cutover of ${cutover.workload.name}: ${status}`,
      facts,
    };
    const event = { type: 'cutover.ended' as const, data: { cutoverId, waveId: cutover.waveId, status } };
    return { change: { body, log: [entry], events: [event] }, result: 'ended' };
  });
