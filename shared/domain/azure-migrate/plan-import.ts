import type { ImportRow, MigrateImportInput } from '../../contracts/imports';
import { Slug } from '../../contracts/primitives';
import type { AzureMigrateRunbook } from '../../contracts/runbook';
import { WaveInput } from '../../contracts/wave';
import { WorkloadInput } from '../../contracts/workload';
import { canonicalJson } from '../canonical-json';
import type { FoundRunbook, FoundDocuments } from './read-documents';

export type Planned<T> =
  | { readonly row: ImportRow; readonly input: T }
  /** Refused, or as it is already. */
  | { readonly row: ImportRow; readonly input: null };

/** A foreign name as one of our ids; null where nothing of it is left. */
export const slugOf = (name: string): string | null => {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 48)
    .replace(/^-+|-+$/g, '');
  return Slug.safeParse(slug).success ? slug : null;
};

const ASSET = 'runbook';

const same = (a: unknown, b: unknown): boolean =>
  canonicalJson(JSON.parse(JSON.stringify(a))) === canonicalJson(JSON.parse(JSON.stringify(b)));

/** The chosen boundary steps, or what is wrong with them. An earlier import's choice stays where nobody chooses anew. */
const boundariesOf = (
  { name, steps }: FoundRunbook,
  { steps: choices }: MigrateImportInput,
  existing: AzureMigrateRunbook | null,
): { cutoverStep: string | null; finishStep: string | null } | { problem: string } => {
  const { cutoverStep = null, finishStep = null } =
    choices.find(({ runbook }) => runbook === name) ?? existing ?? {};
  for (const id of [cutoverStep, finishStep]) {
    if (id === null) continue;
    const step = steps.find((candidate) => candidate.id === id);
    if (!step) return { problem: `it has no step ${id}` };
    if (step.kind === 'automatic') return { problem: `step ${id} waits for nobody` };
  }
  return { cutoverStep, finishStep };
};

/** A workload for a runbook: its one asset is what the runbook moves. One that exists keeps everything but that asset. */
export const planWorkload = (
  found: FoundRunbook,
  request: MigrateImportInput,
  existing: WorkloadInput | null,
): Planned<WorkloadInput> => {
  const id = slugOf(found.name);
  const refused = (reason: string): Planned<WorkloadInput> => ({
    row: { from: found.from, kind: 'workload', id, action: 'refused', details: [reason] },
    input: null,
  });
  if (id === null) return refused(`no id can be made of ${found.name}`);
  const known = existing?.assets.find((asset) => asset.kind === 'runbook' && asset.id === ASSET);
  const chosen =
    known?.kind === 'runbook' && known.runbook.service === 'azure-migrate' ? known.runbook : null;
  const boundaries = boundariesOf(found, request, chosen);
  if ('problem' in boundaries) return refused(boundaries.problem);
  const { migrateProjectId, name } = found;
  const asset = {
    id: ASSET,
    kind: 'runbook' as const,
    runbook: { service: 'azure-migrate' as const, migrateProjectId, name, ...boundaries },
  };
  if (!existing && !request.workload)
    return refused('it is new: say in `workload` who owns it, how critical it is and how it is operated');
  const input = existing
    ? { ...existing, assets: [...existing.assets.filter((one) => one !== known), asset] }
    : WorkloadInput.parse({ ...request.workload, id, name, method: 'offline', assets: [asset] });
  const details = [
    `id, name: from runbook ${name}`,
    `asset ${ASSET}: runbook ${name} of ${migrateProjectId}`,
    `cutoverStep: ${boundaries.cutoverStep ?? 'none, the whole run belongs to the outage'}; finishStep: ${boundaries.finishStep ?? 'none'}; steps that wait for people: ${waiting(found)}`,
    existing ? 'everything else: as it is' : 'everything else: from `workload`',
  ];
  const action = existing ? (same(existing, input) ? 'unchanged' : 'update') : 'create';
  const row = { from: found.from, kind: 'workload' as const, id, action, details } as const;
  return action === 'unchanged' ? { row: { ...row, details: [...details] }, input: null } : { row, input };
};

const waiting = ({ steps }: FoundRunbook): string =>
  steps
    .filter(({ kind }) => kind !== 'automatic')
    .map(({ id, name, kind }) => `${id} (${kind}: ${name})`)
    .join(', ') || 'none';

/** A wave of the workloads whose runbooks were made for it. One that exists keeps everything, and gets what it lacks. */
export const planWave = (
  { from, wave }: FoundDocuments['waves'][number],
  workloadIds: readonly string[],
  request: MigrateImportInput,
  existing: WaveInput | null,
): Planned<WaveInput> => {
  const id = slugOf(wave.name);
  const row = { from, kind: 'wave' as const, id };
  const refused = (reason: string): Planned<WaveInput> => ({
    row: { ...row, action: 'refused', details: [reason] },
    input: null,
  });
  if (id === null) return refused(`no id can be made of ${wave.name}`);
  if (workloadIds.length === 0) return refused('none of the runbooks given is made for it');
  if (existing) {
    const missing = workloadIds.filter((workload) => !existing.workloadIds.includes(workload));
    if (missing.length === 0)
      return { row: { ...row, action: 'unchanged', details: ['as it is'] }, input: null };
    const input = { ...existing, workloadIds: [...existing.workloadIds, ...missing] };
    return {
      row: { ...row, action: 'update', details: [`workloadIds: ${missing.join(', ')} added`] },
      input,
    };
  }
  if (!request.wave)
    return refused('it is new: say in `wave` whom to call and, where no start is planned, its window');
  const { windowMs, window: given, ...rest } = request.wave;
  const planned = Date.parse(wave.properties.plannedStartDate ?? '');
  if (!given && Number.isNaN(planned)) return refused('it has no planned start: give `wave.window`');
  const window = given ?? {
    start: new Date(planned).toISOString(),
    end: new Date(planned + windowMs).toISOString(),
  };
  const name = wave.properties.displayName ?? wave.name;
  const input = WaveInput.parse({ ...rest, id, name, workloadIds: [...workloadIds], window });
  const details = [
    `name: displayName of wave ${wave.name}`,
    given
      ? 'window: from `wave.window`'
      : `window: plannedStartDate, for ${Math.round(windowMs / 60_000)} minutes`,
    `workloadIds: ${workloadIds.join(', ')}`,
    `stage and status there: ${wave.properties.stage ?? '?'}, ${wave.properties.status ?? '?'} (not taken over)`,
  ];
  return { row: { ...row, action: 'create', details }, input };
};
