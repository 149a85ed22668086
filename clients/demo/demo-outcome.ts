import type { View } from './events';
import type { Processes } from './processes';
import type { Proof } from './proof';

/** What a demo came to. */
export interface DemoOutcome {
  readonly proof: Proof;
  readonly outageMs: { readonly p50: number; readonly p99: number };
  /** What it counted, for its result. */
  readonly figures: Readonly<Record<string, unknown>>;
}

/** A whole demo on a folder of its own, but for what must be cleaned up after it. */
export type Demo = (data: string, processes: Processes, view: View) => Promise<DemoOutcome>;
