import type { PostgresAsset } from '../contracts/postgres';
import type { RunbookAsset } from '../contracts/runbook';
import type { DataAsset, FilesAsset } from '../contracts/workload';

interface WithAssets {
  readonly assets: readonly DataAsset[];
}

/** What Causeway copies itself. */
export const filesAssetsOf = ({ assets }: WithAssets): FilesAsset[] =>
  assets.filter((asset) => asset.kind === 'files');

/** Databases that Causeway moves itself. */
export const postgresAssetsOf = ({ assets }: WithAssets): PostgresAsset[] =>
  assets.filter((asset) => asset.kind === 'postgres');

/** What a service of Azure moves by a runbook. */
export const runbookAssetsOf = ({ assets }: WithAssets): RunbookAsset[] =>
  assets.filter((asset) => asset.kind === 'runbook');

/** A runbook in words, for questions and evidence. */
export const runbookInWords = ({ runbook }: RunbookAsset): string => {
  switch (runbook.service) {
    case 'azure-migrate':
      return `Azure Migrate runbook ${runbook.name}`;
    case 'postgresql-migration':
      return `PostgreSQL migration ${runbook.name}`;
    case 'site-recovery':
      return `Site Recovery plan ${runbook.planId.split('/').at(-1) ?? ''}`;
  }
};

/** The steps that go/no-go and sign-off let go; null: none does. */
export const boundariesOf = ({
  runbook,
}: RunbookAsset): { readonly cutoverStep: string | null; readonly finishStep: string | null } => {
  if (runbook.service === 'azure-migrate') return runbook;
  if (runbook.service === 'site-recovery') return { cutoverStep: 'planned-failover', finishStep: 'commit' };
  return { cutoverStep: runbook.mode === 'Online' ? 'cutover' : null, finishStep: null };
};
