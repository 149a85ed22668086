import type { Episode } from '../../host/engine/history';

/** One generation of an instance as the host's engine stored it. Facts behind evidence and inputs of tasks are left out. */
export interface RecordedHistory {
  readonly name: string;
  readonly instanceId: string;
  /** JSON text. */
  readonly input: string;
  readonly episodes: readonly Episode[];
}
