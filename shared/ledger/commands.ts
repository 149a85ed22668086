import type { Command, CommandInput, CommandKind } from '../contracts/command';
import type { Cutover } from '../contracts/cutover';
import { MigrationError } from '../contracts/errors';
import type { Principal } from '../contracts/principal';
import { decideCommand } from '../domain/commands';
import { afterStandstill } from '../domain/gates';
import { create, replace, type Operation } from '../ports/store';
import { changeCutover } from './cutovers';
import { givenBefore, keepKey, readKey } from './command-keys';
import { commandType, cutoverPartition, gateType, sequenceId } from './documents';
import type { Ledger } from './ledger';

export type Submitted =
  | { readonly kind: 'accepted'; readonly command: Command }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Stores a command for the cutover to decide, and with it the event that wakes the cutover. Refused at once, and logged, where it
 * makes no sense already; the final word is said when its turn comes, after all commands stored before it. `key` names the request
 * for its sender: the same one within a day is the same command, whatever became of it since. `idempotency-mismatch` where it asked
 * for something else before.
 */
export const submitCommand = (
  ledger: Ledger,
  principal: Principal,
  cutoverId: string,
  input: CommandInput,
  key: string | null = null,
): Promise<Submitted> =>
  changeCutover<Submitted>(ledger, cutoverId, async ({ body: cutover }, now) => {
    const known = key === null ? null : await readKey(ledger, cutoverId, key, now);
    if (known?.command) return { change: null, result: givenBefore(known.command, input) };
    const waiting = cutover.commandsReceived > cutover.commandsDecided;
    const verdict =
      (await notTheirs(ledger, cutover, principal, input.kind)) ??
      decideCommand(cutover, input.kind, input.reason, principal.name);
    const facts = { command: input.kind, reason: input.reason };
    if (verdict.kind === 'refused' && (verdict.final || !waiting)) {
      const summary = `Refused ${input.kind}: ${verdict.reason}`;
      const entry = { kind: 'command.refused', actor: principal.name, summary, facts };
      return {
        change: { body: { ...cutover, updatedAt: now }, log: [entry] },
        result: { kind: 'refused', reason: verdict.reason },
      };
    }
    const number = cutover.commandsReceived + 1;
    const command: Command = {
      ...input,
      number,
      by: principal.name,
      at: now,
      status: 'pending',
      outcome: null,
    };
    return {
      change: {
        body: { ...cutover, commandsReceived: number, updatedAt: now },
        log: [
          {
            kind: 'command.received',
            actor: principal.name,
            summary: `Asked to ${input.kind}: ${input.reason}`.slice(0, 4_000),
            facts: { ...facts, number },
          },
        ],
        events: [{ type: 'cutover.commanded', data: { cutoverId, number, command: input.kind } }],
        documents: [
          create(commandType, sequenceId(number), command),
          ...(key === null ? [] : [keepKey({ key, number, at: now }, known?.stored ?? null)]),
        ],
      },
      result: { kind: 'accepted', command },
    };
  });

const ANSWERS: ReadonlySet<CommandKind> = new Set(['retry', 'resend', 'skip']);

/** While people are asked about a failed stage, only those who may answer may answer by command (R64). */
const notTheirs = async (
  ledger: Ledger,
  cutover: Cutover,
  principal: Principal,
  kind: CommandKind,
): Promise<{ kind: 'refused'; reason: string; final: true } | null> => {
  if (!ANSWERS.has(kind) || cutover.openGate === null) return null;
  const gate = await ledger.store.read(gateType, cutoverPartition(cutover.id), cutover.openGate);
  if (gate?.body.status !== 'open' || gate.body.roles.some((role) => principal.roles.includes(role)))
    return null;
  const { choices, roles } = gate.body;
  const isOffered = choices.some((choice) => choice === kind);
  const why = isOffered ? `${kind} is for the roles ${roles.join(', ')}` : `${kind} is no answer to it`;
  const offer = isOffered ? '' : `; it takes ${choices.join(', ')}, from the roles ${roles.join(', ')}`;
  const reason = `${gate.body.gate} is open: ${why}${offer}`;
  return { kind: 'refused', reason, final: true };
};

/** Where a cutover stands once all commands stored so far are decided. */
export type Directive = 'go' | 'wait' | 'turn-back' | 'ended';

const directiveOf = (cutover: Cutover): Directive => {
  if (cutover.endedAt !== null) return 'ended';
  if (cutover.turningBack) return 'turn-back';
  return cutover.paused || cutover.held ? 'wait' : 'go';
};

/** Commands decided in one batch; each takes up to four of the batch's 100 operations. */
const BATCH = 20;

/**
 * Decides the commands waiting, in the order of their numbers, each once. The one place where they take effect. A gate that a
 * command made pointless is withdrawn in the same batch.
 */
export const takeCommands = async (ledger: Ledger, cutoverId: string): Promise<Directive> => {
  for (;;) {
    const taken = await takeBatch(ledger, cutoverId);
    if (!taken.more) return taken.directive;
  }
};

const takeBatch = (ledger: Ledger, cutoverId: string): Promise<{ directive: Directive; more: boolean }> =>
  changeCutover(ledger, cutoverId, async ({ body: cutover }, now) => {
    const first = cutover.commandsDecided + 1;
    const last = Math.min(cutover.commandsReceived, cutover.commandsDecided + BATCH);
    const waitingFor = statusLine(cutover);
    if (last < first && cutover.waitingFor === waitingFor.waitingFor && cutover.status === waitingFor.status)
      return { change: null, result: { directive: directiveOf(cutover), more: false } };
    let body: Cutover = cutover;
    const log = [];
    const documents: Operation[] = [];
    for (let number = first; number <= last; number += 1) {
      const stored = await ledger.store.read(commandType, cutoverPartition(cutoverId), sequenceId(number));
      if (!stored) throw new MigrationError('internal', `command ${number} of cutover ${cutoverId} is gone`);
      const { kind, reason, by } = stored.body;
      const verdict = decideCommand(body, kind, reason, by);
      if (verdict.kind === 'applied') body = verdict.cutover;
      const outcome = verdict.kind === 'refused' ? verdict.reason : null;
      documents.push(replace(commandType, stored, { ...stored.body, status: verdict.kind, outcome }));
      log.push({
        kind: `command.${verdict.kind}`,
        actor: by,
        summary:
          outcome === null
            ? `Command ${number} (${kind}) took effect`
            : `Command ${number} (${kind}) refused: ${outcome}`,
        facts: { number, command: kind, reason },
      });
    }
    body = { ...body, stoppedAt: body.paused || body.held ? (cutover.stoppedAt ?? now) : null };
    const gate = await moveOpenGate(ledger, cutover, body, now);
    const openGate = gate?.withdrawn === true ? null : body.openGate;
    body = { ...body, openGate, commandsDecided: last, updatedAt: now };
    body = { ...body, ...statusLine(body) };
    return {
      change: { body, log, documents: gate ? [...documents, gate.operation] : documents },
      result: { directive: directiveOf(body), more: body.commandsReceived > last },
    };
  });

/** What people see while it is paused or held; once it goes on, stages set their own line. */
const statusLine = (cutover: Cutover): Pick<Cutover, 'status' | 'waitingFor'> => {
  if (cutover.turningBack || (!cutover.paused && !cutover.held))
    return { status: cutover.status, waitingFor: cutover.waitingFor };
  const waitingFor = cutover.held ? `held: ${cutover.holdReason ?? ''}` : 'paused';
  return { status: 'waiting', waitingFor: waitingFor.slice(0, 1_000) };
};

/**
 * What becomes of the open gate. It has lost its point once the cutover turns back or the stage it asks about is no longer failed
 * or running; one that was waited for through a standstill gets that time again.
 */
const moveOpenGate = async (
  ledger: Ledger,
  before: Cutover,
  after: Cutover,
  now: string,
): Promise<{ operation: Operation; withdrawn: boolean } | null> => {
  if (after.openGate === null) return null;
  const gate = await ledger.store.read(gateType, cutoverPartition(after.id), after.openGate);
  if (!gate || gate.body.status !== 'open') return null;
  const stage = after.stages.find((state) => state.name === gate.body.stage);
  const pointless =
    after.turningBack !== null ||
    stage === undefined ||
    stage.status === 'pending' ||
    stage.status === 'skipped';
  if (pointless) {
    const withdrawn = { ...gate.body, status: 'withdrawn' as const, closedAt: now };
    return { operation: replace(gateType, gate, withdrawn), withdrawn: true };
  }
  if (before.stoppedAt === null || after.stoppedAt !== null) return null;
  const moved = afterStandstill(gate.body, before.stoppedAt, now);
  return { operation: replace(gateType, gate, moved), withdrawn: false };
};
