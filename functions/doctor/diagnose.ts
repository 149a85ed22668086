import type { Diagnosis, Finding } from '../../shared/contracts/diagnosis';
import { MigrationError } from '../../shared/contracts/errors';
import type { Check } from '../../shared/ports/check';
import type { Clock } from '../../shared/ports/clock';

/** A check that takes longer has failed: the request that asks for all of them ends after 230 s in Azure. */
const PATIENCE_MS = 60_000;
const SHOWN_CHARACTERS = 300;

/** Runs all checks side by side; none can keep another from being heard. */
export async function diagnose(
  checks: readonly Check[],
  { clock, version }: { readonly clock: Clock; readonly version: string },
  patienceMs = PATIENCE_MS,
): Promise<Diagnosis> {
  const findings = await Promise.all(checks.map((check) => findingOf(check, patienceMs)));
  const healthy = findings.every(({ verdict }) => verdict !== 'failed');
  return { healthy, version, at: clock.now().toISOString(), findings };
}

async function findingOf(check: Check, patienceMs: number): Promise<Finding> {
  const { name, mend } = check;
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${patienceMs / 1_000} s`)), patienceMs);
  try {
    const observed = await Promise.race([check.run(), late]);
    const needed = observed.verdict === 'failed' || observed.verdict === 'warning';
    return {
      name,
      verdict: observed.verdict,
      detail: observed.detail,
      mend: needed ? (observed.mend ?? mend) : null,
    };
  } catch (error) {
    return { name, verdict: 'failed', detail: wordsOf(error), mend };
  } finally {
    clearTimeout(timer);
  }
}

/** First line and status: what is below the first line of an SDK's error may hold headers. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return 'failed without saying why';
  const { statusCode, code } = error as { statusCode?: unknown; code?: unknown };
  const status = [statusCode, code].find((each) => typeof each === 'number' || typeof each === 'string');
  const [line = ''] = error.message.split('\n');
  const words = line.replace(/([?&](?:sig|code|key)=)[^&\s]+/gi, '$1hidden').slice(0, SHOWN_CHARACTERS);
  return status === undefined || error instanceof MigrationError ? words : `${words} (${String(status)})`;
}
