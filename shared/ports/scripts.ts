import type { ScriptItem, ScriptReply, ScriptRequest } from '../contracts/checklist';

export type ScriptOutcome =
  | { readonly kind: 'answered'; readonly findings: ScriptReply['findings'] }
  /** It could not be asked, or its answer is none: a person has to look. */
  | { readonly kind: 'failed'; readonly reason: string };

/** The customer's own scripts and pipelines, as far as they judge an environment (R95). */
export interface Scripts {
  /** Asks one and waits for its answer, no longer than the item says. What goes wrong is a value; no secret is in it. */
  run(item: ScriptItem, request: ScriptRequest): Promise<ScriptOutcome>;
}
