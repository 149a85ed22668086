import type { WorkloadInput } from '../contracts/workload';

/** What keeps a workload from its method: which field, and why; null where nothing does (R17). */
export const methodProblem = ({
  method,
  assets,
  controls,
  release,
}: Pick<WorkloadInput, 'method' | 'assets' | 'controls' | 'release'>): {
  readonly field: string;
  readonly problem: string;
} | null => {
  if (method === 'redeploy')
    return release
      ? null
      : { field: 'release', problem: 'is missing: say which pipeline deploys which release' };
  if (release) return { field: 'release', problem: `belongs to the redeploy method, not to ${method}` };
  if (assets.length === 0)
    return { field: 'assets', problem: 'are missing: name at least one, or use the redeploy method' };
  if (method === 'offline') return null;
  const runbook = assets.findIndex(({ kind }) => kind === 'runbook');
  if (runbook >= 0)
    return {
      field: `assets[${runbook}].kind`,
      problem: 'is moved by another service, which follows its own source: use the offline method',
    };
  const databases = assets.filter(({ kind }) => kind === 'postgres').length;
  if (databases !== 1)
    return {
      field: 'assets',
      problem: `hold ${databases} databases: the online method switches exactly one, in one window`,
    };
  if (controls.kind === 'manual')
    return { field: 'controls.kind', problem: 'must not be manual: nobody is as fast as the online method' };
  return null;
};
