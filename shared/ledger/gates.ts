import type { Cutover } from '../contracts/cutover';
import type { Environment } from '../contracts/environment';
import { MigrationError } from '../contracts/errors';
import { FailureAnswer, type Gate, type GateAnswerInput } from '../contracts/gate';
import type { GateName } from '../contracts/itinerary';
import type { Principal } from '../contracts/principal';
import type { Wave } from '../contracts/wave';
import { settleFailedStage } from '../domain/failures';
import { afterStandstill, answerGate as decideAnswer, tendGate as tend } from '../domain/gates';
import { create, replace, type Operation, type Stored } from '../ports/store';
import { changeCutover } from './cutovers';
import { gateType } from './documents';
import { changeEnvironment } from './environments';
import type { Ledger } from './ledger';
import type { Change, Decided, EventDraft } from './record';
import { changeWaveRecord } from './waves';
import { asOwnerOfTheirs, whyTheyMayNot } from './who-may-answer';

/** What to ask; everything else a gate holds comes from its subject. */
export interface GateSpec {
  /** `cutover:<id>`, `wave:<id>` or `environment:<id>`. */
  readonly subject: string;
  readonly gate: GateName;
  readonly stage: string;
  /** Tells a question asked again (a second failure) from the same question (a repeated call). */
  readonly attempt: number;
  readonly question: string;
  readonly choices: Gate['choices'];
  readonly roles: Gate['roles'];
  readonly quorum: Gate['quorum'];
}

export const gateIdOf = (spec: Pick<GateSpec, 'subject' | 'gate' | 'stage' | 'attempt'>): string =>
  `${spec.subject.replace(':', '-')}.${spec.stage}.${spec.gate}.${spec.attempt}`;

type Subject = Cutover | Wave | Environment;

const changeGated = <R>(
  ledger: Ledger,
  subject: string,
  decide: (stored: Stored<Subject>, now: string) => Promise<Decided<Subject, R>>,
): Promise<R> => {
  const [kind, id] = subject.split(':', 2) as [string, string];
  const typed = decide as never;
  if (kind === 'environment') return changeEnvironment<R>(ledger, id, typed);
  return kind === 'wave' ? changeWaveRecord<R>(ledger, id, typed) : changeCutover<R>(ledger, id, typed);
};

/** The gate itself; throws `not-found`. */
export const readGate = async (ledger: Pick<Ledger, 'store'>, id: string): Promise<Stored<Gate>> => {
  const found = await ledger.store.find(gateType, 'id', { equals: id });
  const gate = found.items[0];
  if (!gate) throw new MigrationError('not-found', `there is no gate ${id}`);
  return gate;
};

const gateEvent = (type: EventDraft['type'], gate: Gate): EventDraft => ({
  type,
  data: { gateId: gate.id, gate: gate.gate, stage: gate.stage, status: gate.status, outcome: gate.outcome },
});

/** Asks a question. Asked again with the same attempt it is the same gate, whatever has become of it. */
export const openGate = (ledger: Ledger, spec: GateSpec): Promise<Gate> =>
  changeGated(ledger, spec.subject, async ({ body: subject, partition }, now) => {
    const id = gateIdOf(spec);
    const existing = await ledger.store.read(gateType, partition, id);
    if (existing) return { change: waitingAgain(subject, existing.body, now), result: existing.body };
    const gate: Gate = {
      id,
      subject: spec.subject,
      gate: spec.gate,
      stage: spec.stage,
      question: `${spec.question}${whatIsKnown(spec, subject)}`.slice(0, 4_000),
      choices: spec.choices,
      roles: spec.roles,
      quorum: spec.quorum,
      requestedBy: subject.requestedBy,
      planHash: spec.choices.includes('approve') ? subject.planHash : null,
      openedAt: now,
      timing: subject.gateTiming,
      extendedMs: 0,
      remindersSent: 0,
      escalatedAt: null,
      status: 'open',
      decisions: [],
      outcome: null,
      closedAt: null,
    };
    const body = { ...subject, ...waitingLine(subject, gate), openGate: id, updatedAt: now } as Subject;
    const facts = { gateId: id, choices: gate.choices, roles: gate.roles, planHash: gate.planHash };
    const entry = {
      kind: 'gate.requested',
      actor: 'causeway',
      summary: `Asked ${askedRoles(gate)}: ${gate.question}`.slice(0, 4_000),
      facts,
    };
    return {
      change: {
        body,
        log: [entry],
        events: [gateEvent('gate.requested', gate)],
        documents: [create(gateType, id, gate)],
      },
      result: gate,
    };
  });

const askedRoles = (gate: Gate): string => gate.roles.join(gate.quorum === 'all' ? ' and ' : ' or ');

/** What people see of a cutover that waits at a gate. */
const waitingLine = (subject: Subject, gate: Gate): Partial<Cutover> => {
  if (!('waitingFor' in subject)) return {};
  const status = subject.status === 'rolling-back' ? 'rolling-back' : 'waiting';
  return { waitingFor: `${gate.gate}: ${askedRoles(gate)}`, status };
};

/** A pause in between has changed what people see; the gate is still what the cutover waits for. */
const waitingAgain = (subject: Subject, gate: Gate, now: string): Change<Subject> | null => {
  const line = waitingLine(subject, gate);
  if (gate.status !== 'open' || !('waitingFor' in subject) || subject.waitingFor === line.waitingFor)
    return null;
  return { body: { ...subject, ...line, updatedAt: now } };
};

/** Before the outage people decide on facts: what the last passes were like, and what was left out. */
const whatIsKnown = (spec: GateSpec, subject: Subject): string => {
  if (spec.gate !== 'go-no-go' || !('passes' in subject)) return '';
  const skipped = subject.stages.filter((state) => state.status === 'skipped').map((state) => state.name);
  const passes = Object.entries(subject.passes).flatMap(([asset, made]) => {
    const last = made.at(-1);
    if (!last) return [];
    const seconds = Math.ceil(last.durationMs / 1_000);
    return [`${asset}: pass ${last.pass} copied ${last.copiedItems} items in ${seconds} s`];
  });
  const left = skipped.length > 0 ? ` Left out: ${skipped.join(', ')}.` : '';
  return passes.length > 0 ? ` ${passes.join('; ')}.${left}` : left;
};

export type Answered =
  | { readonly kind: 'answered'; readonly gate: Gate }
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string };

/** Records a person's answer (R63 R64 R67). Refusals are logged too; only the deciding answer wakes anybody. */
export const answerGate = async (
  ledger: Ledger,
  principal: Principal,
  gateId: string,
  answer: GateAnswerInput,
): Promise<Answered> => {
  const { body: found } = await readGate(ledger, gateId);
  return changeGated<Answered>(ledger, found.subject, async ({ body: subject, partition }, now) => {
    const stored = await ledger.store.read(gateType, partition, gateId);
    if (!stored) throw new MigrationError('not-found', `there is no gate ${gateId}`);
    const verdict =
      (await whyTheyMayNot(ledger, subject, principal, stored.body)) ??
      decideAnswer(onItsClock(subject, stored.body, now), asOwnerOfTheirs(subject, principal), answer, now);
    const facts = {
      gateId,
      choice: answer.choice,
      reason: answer.reason,
      roles: principal.roles,
      planHash: stored.body.planHash,
      ...(principal.displayName === undefined ? {} : { displayName: principal.displayName }),
    };
    if (verdict.kind === 'refused') {
      const summary = `Refused the answer ${answer.choice} at ${stored.body.gate}: ${verdict.reason}`;
      const entry = { kind: 'gate.answer-refused', actor: principal.name, summary, facts };
      return { change: { body: subject, log: [entry] }, result: verdict };
    }
    if (verdict.gate.decisions.length === stored.body.decisions.length)
      return { change: null, result: verdict };
    const decided = verdict.gate.status === 'decided';
    const entry = {
      kind: decided ? 'gate.decided' : 'gate.answered',
      actor: principal.name,
      summary: `Answered ${answer.choice} at ${stored.body.gate}: ${answer.reason}`.slice(0, 4_000),
      facts: answer.evidence === undefined ? facts : { ...facts, evidence: answer.evidence },
    };
    const settled = decided ? settleBy(subject, verdict.gate, principal, answer) : subject;
    const body = { ...settled, ...approvalOf(subject, verdict.gate), updatedAt: now } as Subject;
    const change = {
      body: decided ? { ...body, openGate: null } : body,
      log: [entry],
      events: [gateEvent(decided ? 'gate.decided' : 'gate.answered', verdict.gate)],
      documents: [replace(gateType, stored, { ...verdict.gate, extendedMs: stored.body.extendedMs })],
    };
    return { change, result: verdict };
  });
};

/** While its cutover is paused or held a gate's clock stands still: it can be answered, and does not expire. */
const onItsClock = (subject: Subject, gate: Gate, now: string): Gate =>
  'stoppedAt' in subject && subject.stoppedAt !== null ? afterStandstill(gate, subject.stoppedAt, now) : gate;

/** A decision about a failed stage takes effect with it: nothing that comes later can slip in between (R64 R148). */
const settleBy = (subject: Subject, gate: Gate, { name }: Principal, answer: GateAnswerInput): Subject => {
  if (!('turningBack' in subject) || subject.status === 'rolling-back') return subject;
  if (gate.gate !== 'stage-failed' && gate.gate !== 'rollback-decision') return subject;
  return settleFailedStage(subject, gate.stage, FailureAnswer.parse(gate.outcome), name, answer.reason);
};

/** Gates whose approval is over the subject's plan. */
const OVER_A_PLAN: ReadonlySet<GateName> = new Set(['go-no-go', 'provision', 'cleanup']);

/** An approval approves exactly the plan it showed. */
const approvalOf = (subject: Subject, gate: Gate): Partial<Wave | Environment> =>
  'approvedPlanHash' in subject && OVER_A_PLAN.has(gate.gate) && gate.outcome === 'approve'
    ? { approvedPlanHash: gate.planHash }
    : {};

export type Tended =
  | { readonly kind: 'open'; readonly nextAt: string }
  | { readonly kind: 'closed'; readonly gate: Gate }
  /** Commands wait for the cutover: they come first. */
  | { readonly kind: 'interrupted' };

/** Looks after a gate: reminds, escalates, expires what is due by now. Harmless to call at any time. */
export const tendGate = (ledger: Ledger, subject: string, gateId: string): Promise<Tended> =>
  changeGated<Tended>(ledger, subject, async ({ body, partition }, now) => {
    const stored = await ledger.store.read(gateType, partition, gateId);
    if (!stored) throw new MigrationError('not-found', `there is no gate ${gateId}`);
    if (commandsWait(body)) return { change: null, result: { kind: 'interrupted' } };
    if (isPointless(body, stored.body)) return withdrawn(body, stored, now);
    const { gate, reminded, escalated, nextAt } = tend(stored.body, now);
    const result: Tended = nextAt === null ? { kind: 'closed', gate } : { kind: 'open', nextAt };
    if (gate.status === stored.body.status && !reminded && !escalated) return { change: null, result };
    const expired = gate.status === 'expired';
    const kinds = [
      ...(reminded ? ['reminded'] : []),
      ...(escalated ? ['escalated'] : []),
      ...(expired ? ['expired'] : []),
    ];
    const log = kinds.map((kind) => ({
      kind: `gate.${kind}`,
      actor: 'causeway',
      summary: `Gate ${gate.gate} of stage ${gate.stage} ${kind}`,
      facts: { gateId, reminders: gate.remindersSent },
    }));
    const events = kinds.map((kind) =>
      gateEvent(
        kind === 'reminded' ? 'gate.reminded' : kind === 'escalated' ? 'gate.escalated' : 'gate.decided',
        gate,
      ),
    );
    const documents: Operation[] = [replace(gateType, stored, gate)];
    const next = { ...body, openGate: expired ? null : body.openGate, updatedAt: now };
    return { change: { body: next, log, events, documents }, result };
  });

/** Nobody needs to be asked whether a wave shall begin that somebody has stopped. */
const isPointless = (subject: Subject, gate: Gate): boolean =>
  'stopping' in subject && subject.stopping !== null && gate.gate === 'go-no-go' && gate.status === 'open';

const withdrawn = (subject: Subject, stored: Stored<Gate>, now: string): Decided<Subject, Tended> => {
  const gate: Gate = { ...stored.body, status: 'withdrawn', closedAt: now };
  const summary = `Withdrew the question ${gate.gate}: it has lost its point`;
  const entry = { kind: 'gate.withdrawn', actor: 'causeway', summary, facts: { gateId: gate.id } };
  const body = { ...subject, openGate: null, updatedAt: now };
  const documents = [replace(gateType, stored, gate)];
  return { change: { body, log: [entry], documents }, result: { kind: 'closed', gate } };
};

const commandsWait = (subject: Subject): boolean =>
  'commandsReceived' in subject && subject.commandsReceived > subject.commandsDecided;
