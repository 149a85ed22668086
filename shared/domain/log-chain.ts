import type { z } from 'zod';
import {
  type LogAnchor,
  LogDraft,
  type LogEntry,
  type LogHead,
  LogHeader,
  LogLine,
} from '../contracts/log-entry';
import { canonicalJson } from './canonical-json';
import { sha256Hex } from './hash';

/** The head of a log that has no entries. It depends on the subject, so that entries of one log do not fit another. */
export const emptyLog = (subject: string): LogHead => ({
  length: 0,
  hash: sha256Hex(`causeway-log/1:${subject}`),
});

/** Chains drafts to a log (R133). Throws a `ZodError` for a draft that does not fit: what is chained can always be verified. */
export function appendToChain(
  head: LogHead,
  drafts: readonly LogDraft[],
): { entries: LogEntry[]; head: LogHead } {
  const entries: LogEntry[] = [];
  let { length, hash } = head;
  for (const draft of drafts) {
    const content = { ...LogDraft.parse(draft), sequence: length + 1, previousHash: hash };
    length += 1;
    hash = sha256Hex(canonicalJson(content));
    entries.push({ ...content, hash });
  }
  return { entries, head: { length, hash } };
}

/**
 * The lines of an export, without line ends: a header, the entries in order, and the head as closing line, by which a cut-off
 * end shows. Each line is canonical JSON.
 */
export function exportLog(subject: string, entries: readonly LogEntry[], head: LogHead): string[] {
  const header: LogHeader = { format: 'causeway-log', version: 1, subject };
  return [header, ...entries, head].map(canonicalJson);
}

export type Verdict =
  | { readonly ok: true; readonly subject: string; readonly head: LogHead }
  | { readonly ok: false; readonly line: number; readonly problem: string };

/**
 * Recomputes an export and names the first line, counted from 1, that is changed, missing, repeated, inserted or out of order.
 * It proves that the lines belong together; that nobody made the whole log anew shows only by comparing with a head noted
 * elsewhere: the anchor. A log may have grown since it was anchored.
 */
export function verifyChain(lines: readonly string[], anchor: LogAnchor | null = null): Verdict {
  const header = parseLine(LogHeader, lines[0] ?? '');
  if (header === null)
    return { ok: false, line: 1, problem: 'this is not the first line of an exported log' };
  if (anchor !== null && anchor.subject !== header.subject)
    return {
      ok: false,
      line: 1,
      problem: `the anchor is of ${anchor.subject}, this log of ${header.subject}`,
    };
  let head = emptyLog(header.subject);
  for (let index = 1; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const wrong = (problem: string): Verdict => ({ ok: false, line: index + 1, problem });
    const parsed = parseLine(LogLine, line);
    if (parsed === null) return wrong('the line is neither an entry nor a closing line as exports have them');
    const problem =
      'sequence' in parsed
        ? (entryProblem(parsed, head) ?? anchorProblem(parsed, anchor))
        : (closingProblem(parsed, head) ?? missingProblem(head, anchor));
    if (problem !== null) return wrong(problem);
    if ('sequence' in parsed) head = { length: parsed.sequence, hash: parsed.hash };
    else if (index === lines.length - 1) return { ok: true, subject: header.subject, head };
    else return { ok: false, line: index + 2, problem: 'a line follows the closing line' };
  }
  const problem = 'the log is cut off: its closing line is missing';
  return { ok: false, line: lines.length + 1, problem };
}

function entryProblem(entry: LogEntry, head: LogHead): string | null {
  const { hash, ...content } = entry;
  if (entry.sequence !== head.length + 1) {
    const expected = `entry ${head.length + 1} belongs here, not ${entry.sequence}`;
    return `${expected}: a line is missing, repeated, inserted or out of order`;
  }
  if (sha256Hex(canonicalJson(content)) !== hash) return 'the entry was changed: it does not have its hash';
  return entry.previousHash === head.hash
    ? null
    : 'the entry does not follow the line before it: one of them was replaced';
}

const anchorProblem = ({ sequence, hash }: LogEntry, anchor: LogAnchor | null): string | null =>
  sequence !== anchor?.length || hash === anchor.hash
    ? null
    : `the entry is not the one that was anchored at ${anchor.at}: the log was made anew`;

const missingProblem = (head: LogHead, anchor: LogAnchor | null): string | null =>
  anchor === null || head.length >= anchor.length
    ? null
    : `the log has ${head.length} entries, but had ${anchor.length} when it was anchored at ${anchor.at}`;

function closingProblem(closing: LogHead, head: LogHead): string | null {
  if (closing.length !== head.length) {
    return `the closing line counts ${closing.length} entries, but ${head.length} come before it`;
  }
  return closing.hash === head.hash ? null : 'the closing line has not the hash of the last entry';
}

/** Null for a line that is not the canonical text of such a value: any other spelling of it is a change too. */
function parseLine<T>(schema: z.ZodType<T>, line: string): T | null {
  try {
    const parsed = schema.safeParse(JSON.parse(line));
    return parsed.success && canonicalJson(parsed.data) === line ? parsed.data : null;
  } catch {
    return null;
  }
}
