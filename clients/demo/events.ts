import type { OutageSummary } from './outage-meter';

/** What the demo tells, one a line with `--json`. */
export type DemoEvent =
  | { readonly event: 'step'; readonly text: string }
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
  | { readonly event: 'reading'; readonly workload: string; readonly summary: OutageSummary }
  | { readonly event: 'outage'; readonly workload: string; readonly summary: OutageSummary }
  | { readonly event: 'check'; readonly ok: boolean; readonly name: string; readonly detail: string }
  | ResultEvent;

/** Always the last line. */
export interface ResultEvent {
  readonly event: 'result';
  readonly ok: boolean;
  readonly name: 'files';
  readonly seconds: number;
  /** Of the longest outage of each workload, as its reader measured it. */
  readonly outageMs: { readonly p50: number; readonly p99: number };
  readonly checks: number;
  readonly failedChecks: readonly string[];
  readonly files: number;
  readonly bytes: number;
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
