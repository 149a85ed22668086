import type { Finding } from '../contracts/diagnosis';

/**
 * One thing that a deployment needs. It leaves nothing behind that anybody could see, and may be run at any time, by several at
 * once.
 */
export interface Check {
  /** Stable: operators look for it. */
  readonly name: string;
  /** What to do where it fails: which role, setting or resource is missing. */
  readonly mend: string;
  /** Throwing means `failed`, with the error's message as detail and `mend` as the remedy. */
  run(): Promise<Observed>;
}

/** `mend`, where given, replaces the check's own. */
export type Observed = Pick<Finding, 'verdict' | 'detail'> & { readonly mend?: string };

export const ok = (detail: string): Observed => ({ verdict: 'ok', detail });
export const skipped = (detail: string): Observed => ({ verdict: 'skipped', detail });
export const warning = (detail: string, mend?: string): Observed => observed('warning', detail, mend);
export const failed = (detail: string, mend?: string): Observed => observed('failed', detail, mend);

const observed = (verdict: Observed['verdict'], detail: string, mend: string | undefined): Observed =>
  mend === undefined ? { verdict, detail } : { verdict, detail, mend };
