import type { LoadedFunction } from '../function-app';
import { entityKeyProblem, entityName } from './entities/entity-id';
import { EventType, type ScheduledEvent, type SentEvent } from './history';
import { HTTP_ACTIVITY, httpActivity } from './http-activity';
import { instanceIdProblem } from './instance-id';
import { payloadProblem } from './payload-limit';

/** Orchestrators, activities and entities by name, without regard to case. */
export class FunctionIndex {
  private readonly orchestrators: ReadonlyMap<string, LoadedFunction>;
  private readonly activities: ReadonlyMap<string, LoadedFunction>;
  private readonly entities: ReadonlyMap<string, LoadedFunction>;

  constructor(functions: readonly LoadedFunction[]) {
    this.orchestrators = byName(functions, 'orchestrationtrigger');
    this.activities = byName(functions, 'activitytrigger');
    this.entities = byName(functions, 'entitytrigger');
  }

  orchestrator(name: string): LoadedFunction | undefined {
    return this.orchestrators.get(name.toLowerCase());
  }

  activity(name: string): LoadedFunction | undefined {
    return name === HTTP_ACTIVITY ? httpActivity : this.activities.get(name.toLowerCase());
  }

  /** The function of the entity with this id. */
  entity(id: string): LoadedFunction | undefined {
    return this.entities.get(entityName(id).name);
  }

  /** Why nothing can be sent to the entity with this id, or null. */
  entityProblem(id: string): string | null {
    const { name, key } = entityName(id);
    if (this.entity(id) === undefined) return `no entity named '${name}' is registered`;
    return entityKeyProblem(key);
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
      case EventType.EventSent:
        return this.sendProblem(event);
    }
  }

  private sendProblem({ target, message }: SentEvent): string | null {
    if (message.kind === 'lock') {
      return message.lockSet.map((id) => this.entityProblem(id)).find((problem) => problem !== null) ?? null;
    }
    const input = message.kind === 'operation' ? (message.input ?? '') : '';
    return this.entityProblem(target) ?? payloadProblem(`The input of entity '${target}'`, input);
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
