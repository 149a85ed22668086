import type { RunbookAsset } from '../contracts/runbook';
import type { DataAsset, Workload, WorkloadInput } from '../contracts/workload';

/** Where an asset is written: blobs of a container whose names begin with the prefix, or what a runbook moves. */
interface Target {
  readonly workloadId: string;
  readonly assetId: string;
  /** Position among its workload's assets. */
  readonly index: number;
  /** What no two assets may have in common. */
  readonly place: string;
  readonly prefix: string;
  readonly kind: DataAsset['kind'];
}

const placeOf = (asset: DataAsset): Pick<Target, 'place' | 'prefix' | 'kind'> => {
  if (asset.kind === 'files') return { kind: 'files', place: asset.container, prefix: asset.prefix };
  // Connection strings are secrets: their names are all that can be compared here.
  if (asset.kind === 'postgres')
    return { kind: 'postgres', place: `secret ${asset.target.connection}`, prefix: '' };
  return { kind: 'runbook', place: runbookPlace(asset.runbook).toLowerCase(), prefix: '' };
};

const runbookPlace = (runbook: RunbookAsset['runbook']): string => {
  switch (runbook.service) {
    case 'azure-migrate':
      return `${runbook.migrateProjectId}/runbooks/${runbook.name}`;
    case 'postgresql-migration':
      return `${runbook.serverId}/migrations/${runbook.name}`;
    case 'site-recovery':
      return runbook.planId;
  }
};

const targetsOf = (workload: Pick<WorkloadInput, 'id' | 'assets'>): Target[] =>
  workload.assets.map((asset, index) => ({
    workloadId: workload.id,
    assetId: asset.id,
    index,
    ...placeOf(asset),
  }));

/** Prefixes end with a slash, or are empty: one that begins with another lies in it. */
const overlap = (a: Target, b: Target): boolean =>
  a.place === b.place && (a.prefix.startsWith(b.prefix) || b.prefix.startsWith(a.prefix));

const inWords = ({ workloadId, assetId, place, prefix }: Target): string =>
  `asset ${assetId} of ${workloadId} (${place}/${prefix})`;

const firstPair = (pairs: readonly (readonly [Target, Target])[]): string | null => {
  const found = pairs.find(([a, b]) => overlap(a, b));
  return found ? `${inWords(found[0])} and ${inWords(found[1])} have the same target` : null;
};

const pairsAmong = (targets: readonly Target[]): (readonly [Target, Target])[] =>
  targets.flatMap((a, index) => targets.slice(index + 1).map((b) => [a, b] as const));

/** What is wrong with a workload's own assets: which field, and why. Each would overwrite and delete what the other wrote. */
export const assetProblem = (
  workload: Pick<WorkloadInput, 'id' | 'assets'>,
): { readonly field: string; readonly problem: string } | null => {
  const targets = targetsOf(workload);
  const [first, second] =
    pairsAmong(targets).find(([a, b]) => a.assetId === b.assetId || overlap(a, b)) ?? [];
  if (!first || !second) return null;
  if (first.assetId === second.assetId)
    return { field: `assets[${second.index}].id`, problem: `is the id of assets[${first.index}] too` };
  const whole = first.prefix === '' && second.prefix === '' ? 'container' : 'prefix';
  const field = `assets[${second.index}].${FIELDS[second.kind] ?? whole}`;
  return { field, problem: `${inWords(second)} lies in the same place as ${inWords(first)}` };
};

const FIELDS: Partial<Record<DataAsset['kind'], string>> = {
  runbook: 'runbook',
  postgres: 'target.connection',
};

/** The first two assets of these workloads with the same target, or one within the other, in words. */
export const overlapAmong = (workloads: readonly Workload[]): string | null =>
  firstPair(pairsAmong(workloads.flatMap(targetsOf)));

/** The first two assets with the same target, one of each workload, in words. */
export const overlapBetween = (workload: Workload, other: Workload): string | null =>
  firstPair(targetsOf(workload).flatMap((a) => targetsOf(other).map((b) => [a, b] as const)));
