import { Diagnosis, type Finding } from '../../shared/contracts/diagnosis';
import { CliError, EXIT } from '../cli/cli-error';
import { ApiClient } from '../cli/api-client';

const SKEW_WARNING_MS = 60_000;

const failed = (name: string, detail: string, mend: string): Finding => ({
  name,
  verdict: 'failed',
  detail,
  mend,
});

/** Asks a service whether it is there, and then what it finds out about itself. */
export async function examine(
  url: string,
  credentials: () => Readonly<Record<string, string>>,
  now: () => number = Date.now,
): Promise<Diagnosis> {
  const at = new Date(now()).toISOString();
  const alone = (finding: Finding): Diagnosis => ({ healthy: false, version: '', at, findings: [finding] });
  try {
    await new ApiClient(url, {}).send('GET', '/api/health');
  } catch (error) {
    return alone(failed('service', wordsOf(error), STARTS));
  }
  try {
    const client = new ApiClient(url, credentials());
    const diagnosis = Diagnosis.parse(await client.json('POST', '/api/diagnoses'));
    const here = skewFinding(now() - Date.parse(diagnosis.at));
    return { ...diagnosis, findings: [service(url, diagnosis), here, ...diagnosis.findings] };
  } catch (error) {
    const isAccess = error instanceof CliError && error.exitCode === EXIT.notAllowed;
    return alone(failed(isAccess ? 'access' : 'service', wordsOf(error), isAccess ? ACCESS : ANSWERS));
  }
}

const service = (url: string, { version }: Diagnosis): Finding => ({
  name: 'service',
  verdict: 'ok',
  detail: `version ${version} answers at ${url}`,
  mend: null,
});

/** Between this machine and the service, the way of the answer included. */
function skewFinding(skewMs: number): Finding {
  const off = Math.abs(skewMs) >= SKEW_WARNING_MS;
  return {
    name: 'clock-here',
    verdict: off ? 'warning' : 'ok',
    detail: `${(Math.abs(skewMs) / 1_000).toFixed(1)} s between this machine and the service`,
    mend: off ? 'Set the clock of this machine, or that of the service, by a time service (NTP).' : null,
  };
}

const STARTS =
  'See whether the application starts: its log names a setting that is missing or malformed (npm start; in Azure: az webapp ' +
  'log tail, or traces in Application Insights). Then check --url, the network and its name in DNS.';
const ANSWERS =
  'It runs, and something that it needs does not: its log has the cause. For identity-unavailable check CAUSEWAY_ENTRA_AUTHORITY ' +
  'and whether the network lets the application reach that authority.';
const ACCESS =
  'Name a token of a lead or an operator: CAUSEWAY_TOKEN or --token-file. With Entra: az account get-access-token --scope ' +
  'api://<client id>/user_impersonation, for an account with one of these app roles.';

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
