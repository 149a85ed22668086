import { randomUUID } from 'node:crypto';
import type { InstanceRow } from '../storage/engine-store';
import type { Decision } from './replay/decision';
import { EventType, type Episode, type FoundDrift, type StoredEvent } from './history';
import { executionStarted, type Instance } from './instance';

/** What is written after an episode, all of it or nothing. */
export interface EpisodePlan {
  readonly decision: Decision;
  readonly episode: Episode;
  /** The instance's row as it is after the episode. */
  readonly row: InstanceRow;
}

/** `begun` is what the episode started with: its marker and the events that had arrived. */
export const planEpisode = (
  instance: Instance,
  begun: readonly StoredEvent[],
  decision: Decision,
  atMs: number,
  drift?: FoundDrift,
): EpisodePlan => {
  const row = { ...instance.row, updatedAtMs: atMs };
  const { scheduled } = decision;
  switch (decision.kind) {
    case 'again':
      return {
        decision,
        episode: seed(instance, decision, atMs),
        row: {
          ...row,
          input: decision.input,
          executionId: randomUUID(),
          status: 'Running',
          customStatus: null,
        },
      };
    case 'end': {
      const { status, output, customStatus } = decision;
      const completed = {
        ...{ type: EventType.ExecutionCompleted, status, result: output },
        ...(drift === undefined ? {} : { drift }),
      };
      return {
        decision,
        episode: {
          atMs,
          events: [...begun, ...scheduled, completed, { type: EventType.OrchestratorCompleted }],
        },
        row: { ...row, status, output, customStatus },
      };
    }
    case 'goOn': {
      const { actions, customStatus } = decision;
      const cancelled = decision.cancelledTimers.filter(
        (id) => instance.open.has(id) || scheduled.some((event) => event.id === id),
      );
      const events: StoredEvent[] = [...begun, ...scheduled, { type: EventType.OrchestratorCompleted }];
      return {
        decision,
        episode: {
          ...{ atMs, events, actions },
          ...(cancelled.length === 0 ? {} : { cancelled }),
          ...(decision.isHeldBack === true ? { seed: true } : {}),
        },
        row: { ...row, status: decision.suspended ? 'Suspended' : 'Running', customStatus },
      };
    }
  }
};

/** The beginning of the next generation; its orchestrator runs in the next episode. */
const seed = (
  { name, version, traceParent }: Instance,
  { input, carryOver }: Decision & { kind: 'again' },
  atMs: number,
): Episode => ({
  atMs,
  seed: true,
  events: [
    { type: EventType.OrchestratorStarted },
    executionStarted(name, input, { version, traceParent }),
    ...carryOver.map((event) => ({ ...event, played: true })),
    { type: EventType.OrchestratorCompleted },
  ],
});
