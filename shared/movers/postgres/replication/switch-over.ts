import type { Direction } from '../postgres-context';
import { isIn, changeState, type MigrationState } from '../state/migration-state';
import { statesOf, wrongPhase } from './arm-switch';
import { followBack } from './follow-back';
import type { Attempt, Refusal, SwitchInput, SwitchMeasures, SwitchOutcome } from './outcomes';
import { directionOf, publisherOf, subscriberOf, type ReplicationContext } from './replication-context';
import { beginRoute, openSealed, openedBefore, passWindow, type Opened } from './pass-window';
import { stopWriters } from './stop-writers';
import { withWindowSessions, type WindowSessions } from './window-sessions';

/**
 * Makes the other side serve: the window in which nobody can write, as one call over connections that are warm (R110 R111 R112 R146).
 * Needs `armSwitch`. Until the old side is sealed any failure, or the worker's death, leaves everything as it was; from then on it can
 * only go forward: a repeated call goes on where the last one stopped, and `unfence` goes back where the other side never opened.
 * Failback is the same with the other direction and the next epoch. Throws on trouble that may pass; call again.
 */
export const switchOver = (
  context: ReplicationContext,
  direction: Direction,
  input: SwitchInput,
): Promise<SwitchOutcome> =>
  withWindowSessions(context, direction, async (sessions): Promise<SwitchOutcome | Refusal> => {
    const states = await statesOf(context, sessions.holders);
    const [old, next] = [states[publisherOf(direction)], states[subscriberOf(direction)]];
    const { epoch } = input;
    if (directionOf(epoch - 1) !== direction) return wrongPhase(states);
    if (isIn(old, epoch, 'replicating') && isIn(next, epoch, 'replicating')) return outcomeOf(next);
    if (isIn(old, epoch - 1, 'armed') && isIn(next, epoch - 1, 'armed')) {
      const changed = await input.schemaChanged?.();
      if (changed != null) return { kind: 'refused', code: 'schema-changed', reason: changed };
      const opened = await tryToOpen(context, sessions, direction, input);
      return opened.kind === 'opened' ? finish(context, sessions, direction, input, opened) : opened;
    }
    if (isIn(old, epoch, 'sealed') && isIn(next, epoch - 1, 'armed')) {
      const opened = await openSealed(context, sessions, direction, old);
      return opened.kind === 'opened' ? finish(context, sessions, direction, input, opened) : opened;
    }
    if (isIn(next, epoch, 'open')) {
      const opened = await openedBefore(context, sessions, old, next);
      return finish(context, sessions, direction, input, opened);
    }
    return wrongPhase(states);
  }).then((outcome) => (outcome.kind === 'refused' ? { attempts: NONE, ...outcome } : outcome));

const NONE: readonly Attempt[] = [];

/** Attempts with growing pauses; between them nobody is held, and a command that waits is heard. */
async function tryToOpen(
  context: ReplicationContext,
  sessions: WindowSessions,
  direction: Direction,
  { epoch, openRoute }: SwitchInput,
): Promise<Opened | SwitchOutcome> {
  const attempts: Attempt[] = [];
  for (;;) {
    if ((await context.claim.interrupted()) || !(await context.claim.heartbeat()))
      return { kind: 'interrupted' };
    const limits = await context.limits();
    const last = attempts.length + 1 >= limits.lockAttempts;
    const budgetMs = limits.lockTimeoutMs + 2 * limits.lagLimitMs + ATTEMPT_MARGIN_MS;
    const attempt = await sessions.limit(budgetMs, () =>
      stopWriters(context, sessions, { direction, epoch, limits, last, attempts }),
    );
    if (attempt.kind === 'stopped') {
      const opened = await sessions.limit(OPENING_MS, () =>
        passWindow(context, sessions, epoch, attempt, openRoute),
      );
      return opened.kind === 'opened' ? opened : { ...opened, attempts };
    }
    const { heldMs, reason, blockers } = attempt;
    attempts.push({ heldMs, reason, blockers });
    if (last) return { kind: 'refused', code: attempt.code, reason: sayAll(attempts), attempts };
    const backOffMs = attempt.crossed ? FIRST_PAUSE_MS / 10 : pauseMs(attempts.length);
    await new Promise((resolve) => setTimeout(resolve, backOffMs));
  }
}

/** Of sessions that were opened already: maintenance may take seconds to yield. */
const ATTEMPT_MARGIN_MS = 20_000;
const OPENING_MS = 20_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

const pauseMs = (failed: number): number => Math.min(FIRST_PAUSE_MS * 2 ** (failed - 1), LONGEST_PAUSE_MS);

const sayAll = (attempts: readonly Attempt[]): string => {
  const { reason, blockers } = attempts.at(-1) ?? { reason: '', blockers: [] };
  const by = blockers.length > 0 ? ` In the way: ${blockers.join('; ')}.` : '';
  return `${reason}${by} Attempts: ${attempts.length}.`;
};

/** The other side is open: clients are sent there, the old one follows, and both databases note that it is over. */
async function finish(
  context: ReplicationContext,
  { holders }: WindowSessions,
  direction: Direction,
  { epoch, openRoute }: SwitchInput,
  opened: Opened,
): Promise<SwitchOutcome> {
  const { migrationId } = context;
  const { windowMs, attempts, cutLsn, steps } = opened;
  const { beganMs: routeBeganMs, ended } = opened.routing ?? beginRoute(windowMs, openRoute);
  const route = await ended;
  const since = performance.now();
  await followBack(context, holders, direction, opened);
  const measures: SwitchMeasures = {
    ...{ windowMs, routeBeganMs, routedMs: Math.max(windowMs, routeBeganMs + route), attempts, cutLsn },
    steps: { ...steps, route, follow: performance.now() - since },
  };
  const states = await statesOf(context, holders);
  for (const side of [publisherOf(direction), subscriberOf(direction)]) {
    const state = states[side];
    if (state !== null && !(state.epoch === epoch && state.phase === 'replicating'))
      await changeState(holders[side], migrationId, state, {
        ...{ epoch, phase: 'replicating' },
        detail: { measures },
      });
  }
  return { kind: 'switched', epoch, ...measures };
}

const outcomeOf = ({ epoch, detail }: MigrationState): SwitchOutcome => ({
  ...{ kind: 'switched', epoch },
  ...(detail['measures'] as SwitchMeasures),
});
