import { MigrateRunbook, MigrateSpec, MigrateStatus, MigrateWave } from '../../contracts/azure-migrate';
import type { ImportRow } from '../../contracts/imports';
import type { RunbookStepDefinition } from '../../contracts/runbook';
import { executionState } from './execution-of';
import { specSteps, stepIdOf } from './spec-steps';

export interface FoundRunbook {
  readonly from: string;
  readonly migrateProjectId: string;
  readonly name: string;
  readonly waveId: string | null;
  readonly steps: readonly RunbookStepDefinition[];
}

export interface FoundDocuments {
  readonly waves: readonly { readonly from: string; readonly wave: MigrateWave }[];
  readonly runbooks: readonly FoundRunbook[];
  /** What was only looked at, and what was refused. */
  readonly rows: readonly ImportRow[];
}

type Read =
  | { readonly kind: 'wave'; readonly from: string; readonly wave: MigrateWave }
  | { readonly kind: 'runbook'; readonly from: string; readonly runbook: MigrateRunbook }
  | { readonly kind: 'spec'; readonly from: string; readonly spec: MigrateSpec }
  | { readonly kind: 'row'; readonly row: ImportRow };

const fileRow = (from: string, action: 'read' | 'refused', details: string): Read => ({
  kind: 'row',
  row: { from, kind: 'file', id: null, action, details: [details] },
});

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as unknown;
  } catch {
    return undefined;
  }
};

/** Recognises a document by what it holds: names differ from version to version. */
const readOne = ({ name: from, text }: { readonly name: string; readonly text: string }): Read => {
  const content = parse(text);
  if (content === undefined) return fileRow(from, 'refused', 'is not JSON');
  const wave = MigrateWave.safeParse(content);
  if (wave.success && /\/waves\/[^/]+$/i.test(wave.data.id)) return { kind: 'wave', from, wave: wave.data };
  const runbook = MigrateRunbook.safeParse(content);
  if (runbook.success && /\/runbooks\/[^/]+$/i.test(runbook.data.id))
    return { kind: 'runbook', from, runbook: runbook.data };
  const spec = MigrateSpec.safeParse(content);
  if (spec.success) return { kind: 'spec', from, spec: spec.data };
  const status = MigrateStatus.safeParse(content);
  if (status.success) return aboutRun(from, status.data);
  if (
    isObject(content) &&
    ['runbookInputs', 'stepInputs', 'parameters', 'schema'].some((key) => key in content)
  )
    return fileRow(from, 'read', 'parameters: they stay with Azure Migrate and are not stored here');
  return fileRow(
    from,
    'refused',
    'is none of wave, runbook, spec.json, parameters.json, executionStatus.json',
  );
};

const aboutRun = (from: string, { executionStatus }: MigrateStatus): Read => {
  const state = executionState(executionStatus.state ?? executionStatus.status);
  const under = !['Completed', 'Failed', 'Cancelled'].includes(state);
  if (under)
    return fileRow(
      from,
      'refused',
      `a run is ${state}: end it in Azure Migrate first, it can't be taken over`,
    );
  return fileRow(from, 'read', `an earlier run is ${state}; the cutover starts one of its own`);
};

const RUNBOOK_ID = /^(\/subscriptions\/.+\/migrateProjects\/[^/]+)\/runbooks\/([^/]+)$/i;

/** What a set of documents says, put together; every one of them ends in a row or in what was found. */
export const readDocuments = (
  documents: readonly { readonly name: string; readonly text: string }[],
): FoundDocuments => {
  const read = documents.map(readOne);
  const resources = read.filter((one) => one.kind === 'runbook');
  const rows = read.flatMap((one) => (one.kind === 'row' ? [one.row] : []));
  const runbooks = read.flatMap((one): FoundRunbook[] => {
    if (one.kind !== 'spec') return [];
    const [only] = resources.length === 1 ? resources : [];
    const id = RUNBOOK_ID.test(one.spec.runbookId ?? '') ? one.spec.runbookId : only?.runbook.id;
    const [, migrateProjectId, name] = RUNBOOK_ID.exec(id ?? '') ?? [];
    if (migrateProjectId === undefined || name === undefined) {
      const details =
        "does not say of which runbook it is: add the runbook's own JSON (az migrate runbook show)";
      rows.push({ from: one.from, kind: 'workload', id: null, action: 'refused', details: [details] });
      return [];
    }
    rows.push(...withoutId(one.from, one.spec));
    const scope = resources.find(({ runbook }) => runbook.id === id)?.runbook.properties.scope;
    const waveId = one.spec.waveId ?? scope?.waveId ?? null;
    return [{ from: one.from, migrateProjectId, name, waveId, steps: specSteps(one.spec) }];
  });
  for (const { from, runbook } of resources)
    if (!runbooks.some(({ name }) => name === runbook.name))
      rows.push({
        from,
        kind: 'workload',
        id: null,
        action: 'refused',
        details: ['its definition is missing: add its spec.json'],
      });
  return { waves: read.flatMap((one) => (one.kind === 'wave' ? [one] : [])), runbooks, rows };
};

/** Steps that nobody could approve, complete or try again. */
const withoutId = (from: string, { spec }: MigrateSpec): ImportRow[] =>
  spec.workstreams.flatMap(({ displayName, steps }, index) =>
    steps
      .filter((step) => stepIdOf(step) === null)
      .map((step) => ({
        from,
        kind: 'file' as const,
        id: null,
        action: 'refused' as const,
        details: [`step ${step.displayName ?? '?'} of workstream ${displayName ?? index + 1} has no id`],
      })),
  );
