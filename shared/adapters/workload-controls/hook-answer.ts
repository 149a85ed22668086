import type { z } from 'zod';
import {
  ControlReply,
  type ControlOperation,
  type ControlOutcome,
  type ControlRequest,
} from '../../contracts/controls';
import type { OutboundResponse } from '../../ports/outbound-http';

const DEFAULT_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 300_000;

/** A misspelt field would silently take its default (`inflight: 3` read as none under way), so unknown ones are refused. */
const StrictReply = ControlReply.strict();

export const failed = (code: string, reason: string): ControlOutcome => ({ kind: 'failed', code, reason });

/** Turns an answer that is not transient into an outcome; `ok: false` is a refusal and becomes `failed`. */
export function readAnswer(
  answer: OutboundResponse,
  operation: ControlOperation,
  side: ControlRequest['side'],
): ControlOutcome {
  if (answer.status === 202)
    return {
      kind: 'pending',
      retryAfterMs: retryAfterMs(answer),
      detail: `The hook is still at ${operation}`,
    };
  if (answer.status !== 200)
    return failed(
      'hook-refused',
      `The hook answered ${operation} with ${answer.status}${wordsOf(answer.body)}`,
    );
  const parsed = StrictReply.safeParse(parseJson(answer.body));
  if (!parsed.success)
    return failed('hook-bad-reply', `The hook's reply to ${operation}: ${nameField(parsed.error)}`);
  const reply = parsed.data;
  if (!reply.ok)
    return failed('hook-declined', `${operation} was declined: ${reply.detail || 'no reason given'}`);
  if (reply.side !== side)
    return failed(
      'hook-bad-reply',
      `The hook's reply to ${operation}: side is ${reply.side}, asked was ${side}`,
    );
  return { kind: 'replied', reply, evidence: evidenceOf(operation, reply) };
}

function evidenceOf(operation: ControlOperation, reply: ControlReply) {
  const state = [
    reply.serving ? 'serving' : 'not serving',
    reply.writable ? 'writable' : 'read-only',
    `${reply.inFlight} in flight`,
    reply.healthy ? 'healthy' : 'not healthy',
  ];
  const summary = `The workload answered ${operation}: ${reply.side} ${state.join(', ')}; users reach the ${reply.activeSide}`;
  // JSON again: optional fields that are absent must not become undefined facts.
  return {
    source: 'http-hook',
    summary,
    facts: JSON.parse(JSON.stringify({ operation, ...reply })) as Record<string, z.core.util.JSONType>,
  };
}

/** Seconds or an HTTP date; anything else, or nothing, is two seconds; never longer than five minutes. */
export function retryAfterMs({ headers }: OutboundResponse): number {
  const text = headers['retry-after']?.trim() ?? '';
  const waitMs = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isNaN(waitMs) ? DEFAULT_RETRY_MS : Math.min(Math.max(waitMs, 100), LONGEST_RETRY_MS);
}

function nameField({ issues: [issue] }: z.ZodError): string {
  if (issue === undefined) return 'not readable';
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : '';
  return `${[...issue.path, unknown].filter((part) => part !== '').join('.') || 'body'}: ${issue.message}`.slice(
    0,
    1_000,
  );
}

/** What the hook says for people, from problem details (RFC 9457) or a reply; nothing of a page or dump. */
function wordsOf(body: Buffer): string {
  const parsed = parseJson(body);
  if (typeof parsed !== 'object' || parsed === null) return '';
  const words = ['detail', 'title'].map((key) => (parsed as Record<string, unknown>)[key]);
  const found = words.find((word): word is string => typeof word === 'string' && word.trim() !== '');
  return found === undefined ? '' : `: ${found.replace(/[\u0000-\u001f\u007f]+/g, ' ').slice(0, 500)}`;
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
