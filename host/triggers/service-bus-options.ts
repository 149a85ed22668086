import { QUEUE_SUBSCRIPTION } from '../../shared/adapters/sqlite/sqlite-bus';
import { z } from 'zod';
import type { ListenerContext, LoadedFunction } from '../function-app';
import { HostError } from '../host-error';
import { triggerText } from './trigger-binding';

export { QUEUE_SUBSCRIPTION };

const DURATION = /^(\d+):([0-5]\d):([0-5]\d)$/;

/** `extensions.serviceBus` of host.json, with Azure's defaults. */
const ServiceBusSettings = z.object({
  maxConcurrentCalls: z.int().min(1).default(16),
  maxConcurrentSessions: z.int().min(1).default(8),
  maxMessageBatchSize: z.int().min(1).default(1000),
  autoCompleteMessages: z.boolean().default(true),
  maxAutoLockRenewalDuration: z.string().regex(DURATION, 'must be hh:mm:ss').default('00:05:00'),
  sessionIdleTimeout: z.string().regex(DURATION, 'must be hh:mm:ss').default('00:01:00'),
});
type ServiceBusSettings = z.infer<typeof ServiceBusSettings>;

/** How one function is fed from one subscription. */
export interface SubscriptionTrigger {
  readonly fn: LoadedFunction;
  /** Name of the app settings that say where the namespace is. */
  readonly connection: string;
  readonly topic: string;
  readonly subscription: string;
  readonly requiresSession: boolean;
  /** The handler gets an array. */
  readonly isBatch: boolean;
  /** It gets bytes, whatever they mean. */
  readonly isBinary: boolean;
  /** Otherwise a message whose handler ended well is left to its lock, and comes again when that is over. */
  readonly autoComplete: boolean;
  readonly maxBatchSize: number;
  /** Invocations at one time. */
  readonly maxConcurrency: number;
  /** How long after the handler began its locks are still renewed. */
  readonly maxLockRenewalMs: number;
  /** How long an empty session of a namespace is held before another is asked for; bus.db needs no such wait. */
  readonly sessionIdleMs: number;
}

export const readSettings = (hostJson: ListenerContext['hostJson']): ServiceBusSettings => {
  const extensions = (hostJson['extensions'] ?? {}) as Record<string, unknown>;
  const parsed = ServiceBusSettings.safeParse(extensions['serviceBus'] ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = ['extensions.serviceBus', ...(issue?.path ?? [])].join('.');
  throw new HostError('settings-invalid', `host.json: ${where}: ${issue?.message ?? 'invalid'}`);
};

export const readTrigger = (fn: LoadedFunction, settings: ServiceBusSettings): SubscriptionTrigger => {
  const { trigger } = fn;
  if (trigger['sdkBinding'] === true)
    throw new HostError('app-invalid', `Function "${fn.name}": sdkBinding is not supported.`);
  const isQueue = trigger['queueName'] !== undefined;
  const requiresSession = trigger['isSessionsEnabled'] === true;
  const isBatch = trigger['cardinality'] === 'many';
  return {
    fn,
    connection: typeof trigger['connection'] === 'string' ? trigger['connection'] : 'AzureWebJobsServiceBus',
    topic: triggerText(fn, isQueue ? 'queueName' : 'topicName'),
    subscription: isQueue ? QUEUE_SUBSCRIPTION : triggerText(fn, 'subscriptionName'),
    requiresSession,
    isBatch,
    isBinary: trigger['dataType'] === 'binary',
    autoComplete:
      typeof trigger['autoCompleteMessages'] === 'boolean'
        ? trigger['autoCompleteMessages']
        : settings.autoCompleteMessages,
    maxBatchSize: isBatch ? settings.maxMessageBatchSize : 1,
    maxConcurrency: requiresSession
      ? settings.maxConcurrentSessions
      : isBatch
        ? 1
        : settings.maxConcurrentCalls,
    maxLockRenewalMs: durationMs(settings.maxAutoLockRenewalDuration),
    sessionIdleMs: durationMs(settings.sessionIdleTimeout),
  };
};

const durationMs = (text: string): number => {
  const [, hours, minutes, seconds] = DURATION.exec(text) ?? [];
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
};
