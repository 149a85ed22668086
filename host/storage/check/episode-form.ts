import { EventType, type Episode } from '../../engine/history';

type Form = 'text' | 'json' | 'number';

const FAILURE = { taskId: 'number', reason: 'text', details: 'text' } as const;
const RESULT = { taskId: 'number', result: 'json' } as const;
const REASON = { reason: 'text' } as const;

/** What every event of a type must carry to be replayed. */
const FIELDS: Readonly<Partial<Record<number, Readonly<Record<string, Form>>>>> = {
  [EventType.ExecutionStarted]: { name: 'text', input: 'json' },
  [EventType.ExecutionCompleted]: { status: 'text', result: 'json' },
  [EventType.ExecutionTerminated]: REASON,
  [EventType.TaskScheduled]: { id: 'number', name: 'text', input: 'json' },
  [EventType.TaskCompleted]: RESULT,
  [EventType.TaskFailed]: FAILURE,
  [EventType.SubOrchestrationInstanceCreated]: {
    ...{ id: 'number', name: 'text', input: 'json' },
    instanceId: 'text',
  },
  [EventType.SubOrchestrationInstanceCompleted]: RESULT,
  [EventType.SubOrchestrationInstanceFailed]: FAILURE,
  [EventType.TimerCreated]: { id: 'number', fireAtMs: 'number' },
  [EventType.TimerFired]: { taskId: 'number', fireAtMs: 'number' },
  [EventType.OrchestratorStarted]: {},
  [EventType.OrchestratorCompleted]: {},
  [EventType.EventSent]: { id: 'number', target: 'text' },
  [EventType.EventRaised]: { name: 'text', input: 'json' },
  [EventType.GenericEvent]: { data: 'text' },
  [EventType.ExecutionSuspended]: REASON,
  [EventType.ExecutionResumed]: REASON,
};

/** The episode, or what is wrong with its form. */
export const parseEpisode = (body: string): Episode | string => {
  const episode = parsed(body) as Partial<Episode> | null | undefined;
  if (typeof episode !== 'object' || episode === null) return 'its text is no JSON object';
  const { atMs, events, cancelled = [], actions = 0 } = episode as Partial<Record<keyof Episode, unknown>>;
  if (!Number.isFinite(atMs) || !Number.isSafeInteger(actions))
    return 'its time or its number of actions is no number';
  if (!Array.isArray(cancelled) || !cancelled.every(Number.isSafeInteger))
    return 'its cancelled timers are no numbers';
  if (!Array.isArray(events)) return 'it has no events';
  for (const [index, event] of events.entries()) {
    const problem = eventProblem(event);
    if (problem !== null) return `event ${index}: ${problem}`;
  }
  return episode as Episode;
};

export const isJson = (text: string): boolean => parsed(text) !== undefined;

const eventProblem = (event: unknown): string | null => {
  const { type, ...fields } = (event ?? {}) as Record<string, unknown>;
  const form = typeof type === 'number' ? FIELDS[type] : undefined;
  if (form === undefined) return `its type is ${JSON.stringify(type)}, which is unknown`;
  for (const [name, wanted] of Object.entries(form)) {
    if (!hasForm(fields[name], wanted)) return `its ${name} is no ${wanted}`;
  }
  return null;
};

const hasForm = (value: unknown, form: Form): boolean => {
  if (form === 'number') return Number.isFinite(value);
  return typeof value === 'string' && (form === 'text' || isJson(value));
};

/** Undefined for what is no JSON. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};
