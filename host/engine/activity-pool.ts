import type { ListenerContext, LoadedFunction } from '../function-app';
import { activityFailure } from './failures';
import { EventType, type IncomingEvent } from './history';
import { payloadProblem } from './payload-limit';
import { json } from './replay/refused-action';

export interface ActivityCall {
  readonly activity: LoadedFunction;
  readonly instanceId: string;
  readonly traceParent: string | undefined;
  readonly taskId: number;
  /** JSON text of the action's input. */
  readonly input: string;
  readonly ended: (event: IncomingEvent) => void;
}

/** Runs activities, a limited number at a time, in the order in which they were scheduled. */
export class ActivityPool {
  private readonly waiting: ActivityCall[] = [];
  private running = 0;
  private stopped = false;

  constructor(
    private readonly limit: number,
    private readonly log: ListenerContext['log'],
  ) {}

  get isIdle(): boolean {
    return this.running === 0;
  }

  get runningCount(): number {
    return this.running;
  }

  get waitingCount(): number {
    return this.waiting.length;
  }

  add(call: ActivityCall): void {
    this.waiting.push(call);
    this.startWaiting();
  }

  /** Starts no more; those that have not begun run after the next start of the host. */
  stop(): void {
    this.stopped = true;
    this.waiting.length = 0;
  }

  private startWaiting(): void {
    while (!this.stopped && this.running < this.limit) {
      const call = this.waiting.shift();
      if (call === undefined) return;
      this.running += 1;
      void this.run(call).then((event) => {
        this.running -= 1;
        call.ended(event);
        this.startWaiting();
      });
    }
  }

  /** Never rejects: a failed activity is an event. */
  private async run({
    activity,
    instanceId,
    traceParent,
    taskId,
    input,
  }: ActivityCall): Promise<IncomingEvent> {
    try {
      const { returnValue } = await activity.invoke({
        triggerData: activityInput(input),
        triggerMetadata: { instanceId },
        ...(traceParent === undefined ? {} : { traceParent }),
      });
      const result = json(returnValue);
      const problem = payloadProblem('Its output', result);
      if (problem !== null) throw new Error(problem);
      return { type: EventType.TaskCompleted, taskId, result };
    } catch (error) {
      this.log('warn', `Activity '${activity.name}' failed`, { instanceId, taskId, error });
      return { type: EventType.TaskFailed, taskId, ...activityFailure(activity.name, error) };
    }
  }
}

/**
 * The value an activity is given. Azure's binding turns it to text on the way: null does not arrive, booleans arrive as
 * "True" and "False", and a text that is JSON arrives parsed (the SDK has quoted strings, so those come out as they were).
 */
export const activityInput = (input: string): unknown => {
  const value = JSON.parse(input) as unknown;
  if (value === null) return undefined;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
};
