import { AsyncLocalStorage } from 'node:async_hooks';

/** Whose code runs, for logs and for the watchdog. */
export interface CurrentInvocation {
  readonly function: string;
  readonly invocationId: string;
  /** Of orchestrators, activities and entities. */
  readonly instanceId?: string;
}

const storage = new AsyncLocalStorage<CurrentInvocation>();

/** The name under which the watchdog's thread asks for the invocation while this one is held up. */
export const CURRENT_INVOCATION = 'causeway.host.current-invocation';

Object.defineProperty(globalThis, Symbol.for(CURRENT_INVOCATION), {
  value: () => storage.getStore() ?? null,
  configurable: true,
});

/** Undefined in what the host does for itself. */
export const currentInvocation = (): CurrentInvocation | undefined => storage.getStore();

export const runInInvocation = <T>(invocation: CurrentInvocation, work: () => T): T =>
  storage.run(invocation, work);

/** For what an invocation sets going but is not part of: else all that follows from it would be told as that invocation's. */
export const outsideOfInvocations = <T>(work: () => T): T => storage.exit(work);
