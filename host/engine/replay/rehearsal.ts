import type { ReplayOptions } from './action-invoker';
import { ActionReplay } from './action-replay';
import { decide } from './decision';
import type { FunctionIndex } from '../function-index';
import type { Drift, TimedEvent } from '../history';
import type { Instance } from '../instance';
import { NonDeterminismError } from './non-determinism';
import { runOrchestrator, type OrchestratorResult } from './orchestrator-run';
import { SourceLines } from './source-lines';
import type { TimerLimits } from './timed-tasks';

/** Runs orchestrators without any consequence: to see what they would do, and where in their code they ask for it. */
export class Rehearsal {
  constructor(
    private readonly functions: FunctionIndex,
    private readonly limits: TimerLimits,
  ) {}

  /** True where the orchestrator, had this been its history, would neither throw nor fail. */
  async accepts(instance: Instance, history: readonly TimedEvent[]): Promise<boolean> {
    const result = await this.run(instance, history);
    if (result.outcome.kind === 'threw') return false;
    const options = this.optionsOf(instance);
    const decision = decide({
      name: instance.name,
      earlierActions: 0,
      history,
      result,
      replay: new ActionReplay(result.actions, options),
      options,
      refusal: (event) => this.functions.scheduleProblem(event),
    });
    return decision.kind !== 'end' || decision.status !== 'Failed';
  }

  /** The line of the application's code that a non-deterministic instance has come to, or null. */
  async lineOf(instance: Instance, history: readonly TimedEvent[], drift: Drift): Promise<string | null> {
    const lines = new SourceLines();
    const result = await this.run(instance, history, (context) => lines.watch(context));
    const replay = new ActionReplay(result.actions, this.optionsOf(instance));
    try {
      replay.play(history);
    } catch (error) {
      if (!(error instanceof NonDeterminismError)) throw error;
    }
    const action = drift.id === null ? undefined : replay.ownerOf(drift.id);
    return action === undefined ? lines.last : lines.of(action);
  }

  private async run(
    instance: Instance,
    history: readonly TimedEvent[],
    observe?: (context: object) => void,
  ): Promise<OrchestratorResult> {
    const orchestrator = this.functions.orchestrator(instance.name);
    if (orchestrator === undefined) {
      const message = 'no orchestrator of this name is registered';
      return { actions: [], customStatus: undefined, outcome: { kind: 'broke', message } };
    }
    return runOrchestrator(
      orchestrator,
      {
        instanceId: instance.id,
        parentInstanceId: instance.parent?.instanceId ?? null,
        input: instance.input,
        history,
        ...this.limits,
      },
      observe,
    );
  }

  private optionsOf({ id, executionId }: Instance): ReplayOptions {
    return { instanceId: id, executionId, ...this.limits };
  }
}
