import type {
  HostClock,
  Invocation,
  ListenerContext,
  LoadedFunction,
  RetryContext,
  RetryPolicy,
} from '../function-app';

/** `exhausted`: it failed as often as the policy allows. `stopped`: the host drained while it waited to try again. */
export type Outcome = 'succeeded' | 'exhausted' | 'stopped';

type Retrying = Pick<ListenerContext, 'clock' | 'log'> & { readonly stopping: AbortSignal };

/**
 * Invokes a function as often as its retry policy says; once where it has none. Every failure is logged.
 * `invocation` is asked before each attempt, so that a handler which changed its input cannot spoil the next.
 */
export const invokeWithRetry = async (
  fn: LoadedFunction,
  invocation: () => Invocation,
  { clock, log, stopping }: Retrying,
): Promise<Outcome> => {
  const maxRetryCount = fn.retry?.maxRetryCount ?? 0;
  let retryContext: RetryContext | undefined;
  for (let retryCount = 0; ; retryCount += 1) {
    try {
      await fn.invoke({ ...invocation(), ...(retryContext && { retryContext }) });
      return 'succeeded';
    } catch (error) {
      const isLast = maxRetryCount !== -1 && retryCount >= maxRetryCount;
      const waitMs = fn.retry === null ? 0 : retryDelayMs(fn.retry, retryCount + 1);
      const outlook = isLast ? 'giving up' : `trying again in ${waitMs} ms`;
      log('error', `Function "${fn.name}" failed, ${outlook}: ${describe(error)}`, { error, retryCount });
      if (isLast) return 'exhausted';
      if ((await wait(clock, waitMs, stopping)) === 'stopped') return 'stopped';
      retryContext = { retryCount: retryCount + 1, maxRetryCount, exception: exceptionOf(error) };
    }
  }
};

/** The wait before the n-th retry, n from 1. */
export const retryDelayMs = (policy: RetryPolicy, n: number): number => {
  if (policy.strategy === 'fixedDelay') return policy.delayIntervalMs ?? 0;
  const doubled = (policy.minimumIntervalMs ?? 0) * 2 ** (n - 1);
  return Math.min(doubled, policy.maximumIntervalMs ?? Infinity);
};

const exceptionOf = (error: unknown): RetryContext['exception'] => ({
  message: describe(error),
  ...(error instanceof Error && error.stack !== undefined && { stackTrace: error.stack }),
});

export const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Ends early when told to stop. */
export const wait = (clock: HostClock, ms: number, stopping: AbortSignal): Promise<'waited' | 'stopped'> => {
  if (stopping.aborted) return Promise.resolve('stopped');
  return new Promise((resolve) => {
    const stop = (): void => {
      forget();
      resolve('stopped');
    };
    const forget = clock.at(clock.now() + ms, () => {
      stopping.removeEventListener('abort', stop);
      resolve('waited');
    });
    stopping.addEventListener('abort', stop, { once: true });
  });
};
