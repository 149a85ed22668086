// What a runbook and its runs do, one tick at a time: a step begins when those it depends on have ended, works for a tick, waits for
// people, fails as often as it was told to. It is our reading of the states the command line of Azure Migrate shows; how long the
// service really takes and what it allows when, only a project in Azure can prove.
import { randomUUID } from 'node:crypto';
import type { ExecutionState, RunbookStepState } from '../../../shared/contracts/runbook';

export interface MachineStep {
  readonly id: string;
  readonly name: string;
  /** `common.approval`, `common.manual`, or anything the service does itself. */
  readonly ref: string;
  readonly after?: readonly string[];
  readonly entities?: readonly string[];
  /** How often it fails before it works. */
  readonly failures?: number;
  /** How it ends, where not well. */
  readonly end?: RunbookStepState;
  /** Ticks it is at work. */
  readonly ticks?: number;
}

interface StepState {
  state: RunbookStepState;
  ticksLeft: number;
  failuresLeft: number;
  comment: string | null;
}

const ENDED: readonly RunbookStepState[] = [
  'Succeeded',
  'PartiallySucceeded',
  'Skipped',
  'Failed',
  'Cancelled',
];
const GOOD: readonly RunbookStepState[] = ['Succeeded', 'PartiallySucceeded', 'Skipped'];

export class MachineRun {
  readonly id = randomUUID();
  state: ExecutionState = 'Queued';
  readonly steps: Map<string, StepState>;

  constructor(readonly definition: readonly MachineStep[]) {
    this.steps = new Map(
      definition.map(({ id, failures = 0, ticks = 1 }) => [
        id,
        { state: 'NotStarted', ticksLeft: ticks, failuresLeft: failures, comment: null },
      ]),
    );
  }

  tick(): void {
    if (this.state === 'Queued' || this.state === 'Resuming') this.state = 'InProgress';
    else if (this.state === 'Pausing') this.state = 'Paused';
    else if (this.state === 'Cancelling') this.#endCancelled();
    else if (this.state === 'InProgress') this.#work();
  }

  #endCancelled(): void {
    this.state = 'Cancelled';
    for (const step of this.steps.values()) if (!ENDED.includes(step.state)) step.state = 'Cancelled';
  }

  #work(): void {
    for (const definition of this.definition) {
      const step = this.#step(definition.id);
      const waits = (definition.after ?? []).some((id) => !GOOD.includes(this.#step(id).state));
      if (step.state === 'NotStarted' && !waits) step.state = beginning(definition);
      else if (step.state === 'InProgress') this.#goOn(definition, step);
    }
    const states = [...this.steps.values()].map(({ state }) => state);
    if (states.every((state) => GOOD.includes(state))) this.state = 'Completed';
  }

  #goOn({ end }: MachineStep, step: StepState): void {
    step.ticksLeft -= 1;
    if (step.ticksLeft > 0) return;
    if (step.failuresLeft > 0) {
      step.failuresLeft -= 1;
      step.state = 'Failed';
    } else step.state = end ?? 'Succeeded';
  }

  #step(id: string): StepState {
    const step = this.steps.get(id);
    if (!step) throw new Error(`no step ${id}`);
    return step;
  }

  /** What the service refuses; null where it did what was asked. */
  act(action: string, targetId: string | undefined, comment: string | undefined): string | null {
    const step = targetId === undefined ? undefined : this.steps.get(targetId);
    const definition = this.definition.find(({ id }) => id === targetId);
    switch (action) {
      case 'Pause':
        return this.#when(['InProgress'], () => (this.state = 'Pausing'));
      case 'Resume':
        return this.#when(['Paused'], () => (this.state = 'Resuming'));
      case 'Cancel':
        return this.#when(['Queued', 'InProgress', 'Pausing', 'Paused'], () => (this.state = 'Cancelling'));
      case 'Retry':
        if (step?.state !== 'Failed') return 'The step has not failed.';
        Object.assign(step, { state: 'InProgress', ticksLeft: definition?.ticks ?? 1 });
        return null;
      case 'Approve':
      case 'Complete': {
        const ref = action === 'Approve' ? 'common.approval' : 'common.manual';
        if (step?.state !== 'AwaitingUserAction' || definition?.ref !== ref)
          return `The step does not wait for ${action}.`;
        Object.assign(step, { state: 'Succeeded', comment: comment ?? null });
        return null;
      }
      default:
        return `Unknown action ${action}.`;
    }
  }

  #when(states: readonly ExecutionState[], act: () => void): string | null {
    if (!states.includes(this.state)) return `The execution is ${this.state}.`;
    act();
    return null;
  }

  /** `executionStatus.json`; null before there is one. */
  document(): object | null {
    if (this.state === 'Queued') return null;
    const steps = this.definition.map(({ id, name, after = [], entities = [] }) => ({
      stepId: id,
      displayName: name,
      status: this.#step(id).state,
      dependsOn: after.map((stepId) => ({ stepId, mode: 'Step' })),
      entityExecutions: entities.map((entityId) => ({ entityId, status: this.#step(id).state })),
    }));
    return {
      executionId: this.id,
      executionStatus: { state: this.state, workstreams: [{ id: 'ws-1', steps }] },
    };
  }
}

const beginning = ({ ref }: MachineStep): RunbookStepState =>
  ref === 'common.approval' || ref === 'common.manual' ? 'AwaitingUserAction' : 'InProgress';

/** `spec.json`. */
export const specOf = (runbookId: string, waveId: string, steps: readonly MachineStep[]): object => ({
  runbookId,
  waveId,
  spec: {
    workstreams: [
      {
        id: 'ws-1',
        displayName: 'Servers',
        steps: steps.map(({ id, name, ref, after = [], entities = [] }) => ({
          stepId: id,
          displayName: name,
          stepRef: ref,
          entities,
          dependsOn: after.map((stepId) => ({ stepId, mode: 'Step' })),
        })),
      },
    ],
  },
  entities: [...new Set(steps.flatMap(({ entities = [] }) => entities))].map((id) => ({ id })),
});
