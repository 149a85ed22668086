import { ReadinessKey, WorkloadInput } from '../../../contracts/workload';
import type { Classification, Remediation } from '../../../contracts/planning/classification';
import type { InventoryWorkload } from '../../../contracts/planning/portfolio';
import { methodProblem } from '../../method-problem';
import { assetProblem } from '../../target-overlap';
import { openBlocks } from '../readiness/tracked-remediations';

/** What keeps a workload of a plan from being run: the field that is to be supplied or mended. */
export interface MissingPart {
  readonly workloadId: string;
  readonly field: string;
  /** What is there instead. */
  readonly value: string;
  readonly expected: string;
}

export type Runnable =
  | { readonly kind: 'runnable'; readonly input: WorkloadInput }
  | { readonly kind: 'incomplete'; readonly missing: readonly MissingPart[] };

/**
 * The workload that a cutover moves: what its inventory knows, the method of the plan, and the parts that its people supplied
 * (`execution`). Every part that is missing is named, not only the first, and what blocks it of all that is to be done (`remediations`).
 */
export const workloadInputOf = (
  workload: InventoryWorkload,
  classification: Pick<Classification, 'method' | 'downtimeToleranceMinutes'>,
  remediations: readonly Remediation[],
): Runnable => {
  const { id: workloadId } = workload;
  const open = openBlocks(remediations).map(({ key, title, state }) => ({
    workloadId,
    field: `tracked.${key}`,
    value: state,
    expected: `must be done or excepted first: ${title}`,
  }));
  const parsed = WorkloadInput.safeParse(candidate(workload, classification));
  if (!parsed.success) {
    const missing = parsed.error.issues.map(({ path, message }) => ({
      workloadId,
      field: path.map(String).join('.'),
      value: isAbsent(workload, path) ? 'absent' : 'in the portfolio',
      expected: isAbsent(workload, path) ? 'is missing' : message,
    }));
    return { kind: 'incomplete', missing: [...missing, ...open] };
  }
  const wrong = assetProblem(parsed.data) ?? methodProblem(parsed.data);
  const missing = [
    ...(wrong
      ? [{ workloadId, field: wrong.field, value: 'in the portfolio', expected: wrong.problem }]
      : []),
    ...open,
  ];
  return missing.length > 0 ? { kind: 'incomplete', missing } : { kind: 'runnable', input: parsed.data };
};

const candidate = (
  workload: InventoryWorkload,
  { method, downtimeToleranceMinutes }: Pick<Classification, 'method' | 'downtimeToleranceMinutes'>,
) => ({
  ...workload.execution,
  id: workload.id,
  name: workload.name,
  owner: workload.owner,
  ...(workload.businessUnit === null ? {} : { businessUnit: workload.businessUnit }),
  criticality: workload.criticality,
  environment: workload.environment,
  method,
  dependsOn: [...new Set(workload.dependsOn.map(({ on }) => on))]
    .filter((on) => on !== workload.id)
    .slice(0, 100),
  acceptableDowntimeMs: Math.max(1_000, Math.round(downtimeToleranceMinutes * 60_000)),
  readiness: readinessOf(workload),
});

const isAbsent = (workload: InventoryWorkload, [field]: readonly PropertyKey[]): boolean => {
  const known: Readonly<Record<string, unknown>> = { ...workload, ...workload.execution };
  const value = known[String(field)];
  return value === undefined || value === null;
};

/** What people keep under the keys that a cutover asks for (R1–R4 R9 R10), and what the inventory says by itself. */
const readinessOf = (workload: InventoryWorkload): WorkloadInput['readiness'] =>
  ReadinessKey.options.flatMap((key) => {
    const item = workload.tracked.find((tracked) => tracked.key === key);
    if (item !== undefined) {
      const met = item.state === 'done' || item.state === 'exception';
      return [{ key, met, note: item.note ?? `${item.state} in the portfolio` }];
    }
    if (key === 'target-architecture' && workload.targetArchitecture !== null)
      return [{ key, met: true, note: workload.targetArchitecture.slice(0, 1_000) }];
    if (key === 'assessment' && workload.assessment?.readiness === 'ready')
      return [{ key, met: true, note: (workload.assessment.link ?? 'assessed as ready').slice(0, 1_000) }];
    return [];
  });
