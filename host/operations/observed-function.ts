import { randomUUID } from 'node:crypto';
import type { Invocation, LoadedFunction } from '../function-app';
import { runInInvocation, type CurrentInvocation } from './current-invocation';
import type { InvocationMeter } from './invocation-meter';
import type { Tracing } from './tracing';

/** The same function, whose invocations are counted, traced, and known to logs and the watchdog. */
export const observedFunction = (
  loaded: LoadedFunction,
  meter: InvocationMeter,
  tracing: Tracing,
): LoadedFunction => ({
  ...loaded,
  invoke: async (invocation) => {
    const current = currentOf(loaded.name, invocation);
    const identified = { ...invocation, invocationId: current.invocationId };
    const begunMs = performance.now();
    let hasSucceeded = false;
    meter.begin();
    try {
      const result = await runInInvocation(current, () =>
        tracing.isOn
          ? tracing.invocation(loaded, current, identified, (traced) => loaded.invoke(traced))
          : loaded.invoke(identified),
      );
      hasSucceeded = true;
      return result;
    } finally {
      meter.end(performance.now() - begunMs, hasSucceeded);
    }
  },
});

const currentOf = (name: string, { triggerData, triggerMetadata }: Invocation): CurrentInvocation => {
  const invocationId = randomUUID();
  const instanceId =
    triggerMetadata?.instanceId ?? (triggerData as { instanceId?: unknown } | null)?.instanceId;
  return typeof instanceId === 'string'
    ? { function: name, invocationId, instanceId }
    : { function: name, invocationId };
};
