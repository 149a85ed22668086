import type { RunbookAsset } from '../contracts/runbook';
import type { DataAsset, FilesAsset } from '../contracts/workload';

interface WithAssets {
  readonly assets: readonly DataAsset[];
}

/** What Causeway copies itself. */
export const filesAssetsOf = ({ assets }: WithAssets): FilesAsset[] =>
  assets.filter((asset) => asset.kind === 'files');

/** What a service of Azure moves by a runbook. */
export const runbookAssetsOf = ({ assets }: WithAssets): RunbookAsset[] =>
  assets.filter((asset) => asset.kind === 'runbook');

/** A runbook in words, for questions and evidence. */
export const runbookInWords = ({ runbook }: RunbookAsset): string =>
  runbook.service === 'azure-migrate'
    ? `Azure Migrate runbook ${runbook.name}`
    : `PostgreSQL migration ${runbook.name}`;

/** The steps that go/no-go and sign-off let go; null: none does. */
export const boundariesOf = ({
  runbook,
}: RunbookAsset): { readonly cutoverStep: string | null; readonly finishStep: string | null } => {
  if (runbook.service === 'azure-migrate') return runbook;
  return { cutoverStep: runbook.mode === 'Online' ? 'cutover' : null, finishStep: null };
};
