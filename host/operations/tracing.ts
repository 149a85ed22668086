import { context, isSpanContextValid, SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import type { EndStatus } from '../engine/history';
import type { Invocation, LoadedFunction } from '../function-app';
import type { CurrentInvocation } from './current-invocation';
import { contextOf, traceParentOf } from './trace-parent';

const SCOPE = 'causeway.host';
const KINDS: Readonly<Record<string, SpanKind>> = {
  httptrigger: SpanKind.SERVER,
  activitytrigger: SpanKind.SERVER,
  servicebustrigger: SpanKind.CONSUMER,
  cosmosdbtrigger: SpanKind.CONSUMER,
};

export interface TracedInstance {
  readonly name: string;
  readonly id: string;
  readonly createdAtMs: number;
  readonly traceParent: string | undefined;
}

/**
 * Spans of invocations and orchestrations, in the words of Azure's durable tracing. An instance has a span for its creation, whose
 * context is stored with it: its activities, its children and its end belong to that one, whichever process runs them. Replays
 * have none. Costs nothing unless the application has set an exporter up by the time it is loaded.
 */
export class Tracing {
  private readonly tracer = trace.getTracer(SCOPE);
  private on = false;

  get isOn(): boolean {
    return this.on;
  }

  /** Call it once the application is loaded. */
  detect(): void {
    this.on = isSpanContextValid(this.tracer.startSpan('detect', { root: true }).spanContext());
  }

  /** Runs an invocation within a span of its own, except an orchestrator's, which may be a replay. */
  async invocation<T>(
    { name, trigger }: LoadedFunction,
    { invocationId, instanceId }: CurrentInvocation,
    invocation: Invocation,
    work: (invocation: Invocation) => Promise<T>,
  ): Promise<T> {
    const type = trigger.type.toLowerCase();
    if (type === 'orchestrationtrigger') return work(invocation);
    const parent = contextOf(invocation.traceParent ?? headerOf(invocation));
    const attributes = {
      'faas.name': name,
      'faas.invocation_id': invocationId,
      'faas.trigger': trigger.type,
      ...(instanceId === undefined ? {} : { 'durabletask.task.instance_id': instanceId }),
    };
    const spanName = type === 'activitytrigger' ? `activity:${name}` : name;
    const span = this.tracer.startSpan(
      spanName,
      { kind: KINDS[type] ?? SpanKind.INTERNAL, attributes },
      parent,
    );
    const traced = { ...invocation, traceParent: traceParentOf(span.spanContext()) };
    try {
      return await context.with(trace.setSpan(parent, span), () => work(traced));
    } catch (error) {
      fail(span, error);
      throw error;
    } finally {
      span.end();
    }
  }

  /** Begins the span of an instance's creation. What is returned is to be stored; call `created` when it is. */
  creating(
    name: string,
    instanceId: string,
    parent: string | undefined,
  ): { readonly traceParent?: string; readonly created: () => void } {
    if (!this.on) return { created: () => undefined };
    const attributes = durable(name, instanceId);
    const span = this.tracer.startSpan(
      `create_orchestration:${name}`,
      { kind: SpanKind.PRODUCER, attributes },
      contextOf(parent),
    );
    return { traceParent: traceParentOf(span.spanContext()), created: () => span.end() };
  }

  /** The whole life of an instance, told at its end. */
  ended({ name, id, createdAtMs, traceParent }: TracedInstance, status: EndStatus, endedAtMs: number): void {
    if (!this.on) return;
    const attributes = { ...durable(name, id), 'durabletask.task.status': status };
    const options = { kind: SpanKind.SERVER, attributes, startTime: createdAtMs };
    const span = this.tracer.startSpan(`orchestration:${name}`, options, contextOf(traceParent));
    if (status === 'Failed') span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(Math.max(endedAtMs, createdAtMs));
  }
}

const durable = (name: string, instanceId: string): Record<string, string> => ({
  'durabletask.type': 'orchestration',
  'durabletask.task.name': name,
  'durabletask.task.instance_id': instanceId,
});

const headerOf = ({ triggerData }: Invocation): string | undefined => {
  const { headers } = (triggerData ?? {}) as { headers?: { get?: (name: string) => string | null } };
  return headers?.get?.('traceparent') ?? undefined;
};

/** What was thrown may be anything; only what is certainly a text is told. */
const fail = (span: Span, error: unknown): void => {
  span.setStatus({ code: SpanStatusCode.ERROR });
  if (error instanceof Error) span.recordException(error);
};
