import type { EndStatus } from './history';

/** What the engine tells of its work to those who measure it. Nothing it does depends on them, and none of it may throw. */
export interface EngineObserver {
  committed(ms: number): void;
  episode(): void;
  /** `traceParent` of the answer is stored with the instance; `created` is called once the instance is. */
  creating(
    name: string,
    instanceId: string,
    parent: string | undefined,
  ): { readonly traceParent?: string; readonly created: () => void };
  ended(instance: EndedInstance, status: EndStatus): void;
}

export interface EndedInstance {
  readonly name: string;
  readonly id: string;
  readonly createdAtMs: number;
  readonly traceParent: string | undefined;
}
