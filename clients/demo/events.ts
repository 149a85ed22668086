import type { OutageSummary } from './outage-meter';

export const DEMO_NAMES = ['files', 'postgres', 'plan'] as const;
export type DemoName = (typeof DEMO_NAMES)[number];

/** What the demo tells, one a line with `--json`. */
export type DemoEvent =
  | { readonly event: 'step'; readonly text: string }
  | TableEvent
  | {
      readonly event: 'stage';
      readonly workload: string;
      readonly stage: string;
      readonly title: string;
      readonly status: string;
      readonly reason?: string;
    }
  | {
      readonly event: 'progress';
      readonly workload: string;
      readonly stage: string;
      readonly doneItems: number;
      readonly totalItems: number;
      readonly doneBytes: number;
      readonly totalBytes: number;
      readonly bytesPerSecond: number;
      readonly secondsLeft: number | null;
    }
  | {
      readonly event: 'gate';
      readonly gate: string;
      readonly subject: string;
      readonly kind: string;
      readonly question: string;
      readonly choices: readonly string[];
      readonly roles: readonly string[];
    }
  | {
      readonly event: 'decision';
      readonly gate: string;
      readonly by: string;
      readonly choice: string;
      readonly reason: string;
    }
  | {
      readonly event: 'database';
      readonly workload: string;
      readonly doing: string;
      readonly detail: string;
      readonly lagMs: number | null;
      readonly forecastWindowMs: number | null;
    }
  | {
      readonly event: 'switch';
      readonly workload: string;
      readonly to: string;
      /** Over the clients, of the longest time that each of them went without an acknowledged order. */
      readonly outageMs: { readonly p50: number; readonly p99: number };
      /** As Causeway measured it: until users were routed, and the part in which the database refused writes. */
      readonly measuredMs: number;
      readonly writeBlockedMs: number;
    }
  | { readonly event: 'reading'; readonly workload: string; readonly summary: OutageSummary }
  | { readonly event: 'outage'; readonly workload: string; readonly summary: OutageSummary }
  | { readonly event: 'check'; readonly ok: boolean; readonly name: string; readonly detail: string }
  | ResultEvent;

/** The first rows of a list; `left` says how many more there are. */
export interface TableEvent {
  readonly event: 'table';
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  readonly left: number;
}

/** Always the last line. */
export interface ResultEvent {
  readonly event: 'result';
  readonly ok: boolean;
  readonly name: DemoName;
  readonly seconds: number;
  /** Of the longest outage that each client saw of each switch, as it measured it. */
  readonly outageMs: { readonly p50: number; readonly p99: number };
  readonly checks: number;
  readonly failedChecks: readonly string[];
  /** What that demo counted. */
  readonly [figure: string]: unknown;
  /** Present where the demo broke off. */
  readonly error?: string;
}

export type Emit = (event: DemoEvent) => void;

/** Where events go. */
export interface View {
  readonly emit: Emit;
  /** Asks the person at the terminal; null where nobody can be asked. */
  readonly ask: ((question: string) => Promise<string>) | null;
  close(): void;
}

/** One event a line. */
export const jsonView = (write: (line: string) => void): View => ({
  emit: (event) => write(`${JSON.stringify(event)}\n`),
  ask: null,
  close: () => undefined,
});
