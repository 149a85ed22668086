import type { LoadedFunction } from '../function-app';
import { EventType, type ScheduledEvent } from './history';
import { instanceIdProblem } from './instance-id';
import { payloadProblem } from './payload-limit';

/** Orchestrators and activities by name, without regard to case. */
export class FunctionIndex {
  private readonly orchestrators: ReadonlyMap<string, LoadedFunction>;
  private readonly activities: ReadonlyMap<string, LoadedFunction>;

  constructor(functions: readonly LoadedFunction[]) {
    this.orchestrators = byName(functions, 'orchestrationtrigger');
    this.activities = byName(functions, 'activitytrigger');
  }

  orchestrator(name: string): LoadedFunction | undefined {
    return this.orchestrators.get(name.toLowerCase());
  }

  activity(name: string): LoadedFunction | undefined {
    return this.activities.get(name.toLowerCase());
  }

  /** Why an instance cannot be started, or null. `input` is JSON text. */
  startProblem(name: string, input: string, instanceId: string): string | null {
    if (this.orchestrator(name) === undefined) return `No orchestrator named '${name}' is registered.`;
    return instanceIdProblem(instanceId) ?? payloadProblem(`The input of orchestrator '${name}'`, input);
  }

  /** Why an orchestrator may not schedule this, or null. On Azure an unknown name leaves the instance running for ever. */
  scheduleProblem(event: ScheduledEvent): string | null {
    switch (event.type) {
      case EventType.TimerCreated:
        return null;
      case EventType.TaskScheduled:
        if (this.activity(event.name) === undefined) return `no activity named '${event.name}' is registered`;
        return payloadProblem(`The input of activity '${event.name}'`, event.input);
      case EventType.SubOrchestrationInstanceCreated:
        return this.startProblem(event.name, event.input, event.instanceId);
    }
  }
}

const byName = (
  functions: readonly LoadedFunction[],
  triggerType: string,
): ReadonlyMap<string, LoadedFunction> =>
  new Map(
    functions
      .filter(({ trigger }) => trigger.type.toLowerCase() === triggerType)
      .map((each) => [each.name.toLowerCase(), each]),
  );
