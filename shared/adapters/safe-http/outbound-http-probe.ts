import { createHash } from 'node:crypto';
import { MigrationError } from '../../contracts/errors';
import type { AcceptanceCheck } from '../../contracts/workload';
import type { HttpProbe, ProbeProblem, ProbeResult } from '../../ports/http-probe';
import { OutboundFailure, type OutboundHttp, type OutboundResponse } from '../../ports/outbound-http';

const PARALLEL_CHECKS = 4;
/** Large enough for a real file of a workload, small enough to hash in memory. */
const MAX_BODY_BYTES = 64 << 20;

/** Probes over the guarded HTTP: a check's address is typed in by people like any other. */
export class OutboundHttpProbe implements HttpProbe {
  constructor(private readonly http: OutboundHttp) {}

  run(check: AcceptanceCheck): Promise<ProbeResult> {
    return runAcceptanceCheck(this.http, check);
  }

  sample(checks: readonly AcceptanceCheck[]): Promise<readonly ProbeResult[]> {
    return sampleHealth(this.http, checks);
  }
}

/** Every check once, at most four at a time, in their order. */
export async function sampleHealth(
  http: OutboundHttp,
  checks: readonly AcceptanceCheck[],
): Promise<readonly ProbeResult[]> {
  const results: ProbeResult[] = [];
  for (let from = 0; from < checks.length; from += PARALLEL_CHECKS) {
    const batch = checks.slice(from, from + PARALLEL_CHECKS);
    results.push(...(await Promise.all(batch.map((check) => runAcceptanceCheck(http, check)))));
  }
  return results;
}

/**
 * One GET against one check (R104 R106 R142). The duration runs to the last byte; an answer later than `maxDurationMs` but within
 * the time-out of twice that is told apart from none (`slow`, `timeout`).
 */
export async function runAcceptanceCheck(http: OutboundHttp, check: AcceptanceCheck): Promise<ProbeResult> {
  const began = performance.now();
  const result = (status: number | null, fault: Fault | null): ProbeResult => ({
    name: check.name,
    ok: fault === null,
    status,
    durationMs: elapsedMs(began),
    problem: fault?.problem ?? null,
    detail: fault?.detail ?? '',
  });
  try {
    const timeoutMs = 2 * check.maxDurationMs;
    const response = await http.request({
      method: 'GET',
      url: check.url,
      timeoutMs,
      maxResponseBytes: MAX_BODY_BYTES,
    });
    return result(response.status, judge(check, response, elapsedMs(began)));
  } catch (error) {
    return result(null, faultOf(error));
  }
}

interface Fault {
  readonly problem: ProbeProblem;
  readonly detail: string;
}

function judge(check: AcceptanceCheck, { status, body }: OutboundResponse, durationMs: number): Fault | null {
  if (status !== check.expectStatus)
    return { problem: 'wrong-status', detail: `answered ${status}, expected ${check.expectStatus}` };
  if (check.expectBodySha256 !== undefined && sha256(body) !== check.expectBodySha256)
    return { problem: 'wrong-body', detail: `the body (${body.length} bytes) is not the expected one` };
  if (durationMs > check.maxDurationMs)
    return { problem: 'slow', detail: `took ${durationMs} ms, at most ${check.maxDurationMs} ms expected` };
  return null;
}

function faultOf(error: unknown): Fault {
  if (error instanceof OutboundFailure)
    return { problem: error.kind === 'timeout' ? 'timeout' : 'unreachable', detail: error.message };
  if (error instanceof MigrationError && (error.code === 'address-refused' || error.code === 'too-large'))
    return { problem: error.code, detail: error.message };
  throw error;
}

const sha256 = (body: Buffer): string => createHash('sha256').update(body).digest('hex');

const elapsedMs = (began: number): number => Math.round(performance.now() - began);
