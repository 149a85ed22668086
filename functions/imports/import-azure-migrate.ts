import { MigrationError } from '../../shared/contracts/errors';
import type { ImportResult, ImportRow, MigrateImportInput } from '../../shared/contracts/imports';
import type { Principal } from '../../shared/contracts/principal';
import { WaveInput } from '../../shared/contracts/wave';
import { WorkloadInput } from '../../shared/contracts/workload';
import { planWave, planWorkload, slugOf } from '../../shared/domain/azure-migrate/plan-import';
import { readDocuments, type FoundDocuments } from '../../shared/domain/azure-migrate/read-documents';
import { wavePartition, waveType, workloadPartition, workloadType } from '../../shared/ledger/documents';
import type { Ledger } from '../../shared/ledger/ledger';
import { changeWave, createWave } from '../../shared/ledger/waves';
import { saveWorkload } from '../../shared/ledger/workloads';
import type { MigrateProjects } from '../../shared/ports/migrate-projects';

interface ImportContext {
  readonly ledger: Ledger;
  readonly principal: Principal;
  readonly input: MigrateImportInput;
}

/**
 * Makes workloads and waves of what Azure Migrate has planned, or says what it would make. Idempotent: what is as it should be is left
 * alone. Everything that was given has a row; what is refused is left out, the rest is done.
 */
export const importAzureMigrate = async (
  ledger: Ledger,
  projects: MigrateProjects,
  principal: Principal,
  input: MigrateImportInput,
): Promise<ImportResult> => {
  const fetched = input.project
    ? await projects.documents(input.project.migrateProjectId, input.project.wave)
    : [];
  const found = readDocuments([...input.files, ...fetched]);
  const context = { ledger, principal, input };
  const rows: ImportRow[] = [...found.rows];
  const usable = new Map<string, string>();
  for (const runbook of found.runbooks) {
    const row = await importWorkload(context, runbook);
    rows.push(row);
    if (row.action !== 'refused' && row.id !== null) usable.set(row.id, runbook.waveId ?? '');
  }
  for (const wave of found.waves) rows.push(await importWave(context, wave, usable));
  return { applied: input.apply, rows };
};

/** What the ledger refuses is a row like any other; trouble is thrown. */
const REFUSALS: readonly string[] = ['invalid-input', 'already-exists', 'conflict', 'stale-write'];

const refusedBy = (row: ImportRow, error: unknown): ImportRow => {
  if (!(error instanceof MigrationError) || !REFUSALS.includes(error.code)) throw error;
  return { ...row, action: 'refused', details: [error.message] };
};

const importWorkload = async (
  { ledger, principal, input }: ImportContext,
  found: FoundDocuments['runbooks'][number],
): Promise<ImportRow> => {
  const id = slugOf(found.name);
  const stored = id === null ? null : await ledger.store.read(workloadType, workloadPartition(id), id);
  const planned = planWorkload(found, input, stored && WorkloadInput.parse(stored.body));
  if (planned.input === null || !input.apply) return planned.row;
  try {
    await saveWorkload(ledger, principal, planned.input, stored?.version ?? null);
    return planned.row;
  } catch (error) {
    return refusedBy(planned.row, error);
  }
};

const importWave = async (
  { ledger, principal, input }: ImportContext,
  found: FoundDocuments['waves'][number],
  usable: ReadonlyMap<string, string>,
): Promise<ImportRow> => {
  const id = slugOf(found.wave.name);
  const stored = id === null ? null : await ledger.store.read(waveType, wavePartition(id), id);
  const theirs = [...usable].filter(([, waveId]) => waveId.toLowerCase() === found.wave.id.toLowerCase());
  const workloadIds = theirs.map(([workloadId]) => workloadId);
  const planned = planWave(found, workloadIds, input, stored && WaveInput.parse(stored.body));
  if (planned.input === null || !input.apply) return planned.row;
  try {
    if (stored) await changeWave(ledger, principal, stored.id, planned.input, stored.version);
    else await createWave(ledger, principal, planned.input);
    return planned.row;
  } catch (error) {
    return refusedBy(planned.row, error);
  }
};
