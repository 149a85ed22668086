import type { DataReport } from '../../shared/contracts/replication';
import { cutoverPartition, dataReportType } from '../../shared/ledger/documents';
import { saveDataReport } from '../../shared/ledger/progress';
import type { StepContext } from './step';

const idOf = (assetId: string): string => `trial.${assetId}`;

/** What a sample of an asset told (R81); null before there was one. */
export const readTrial = async (
  { services, cutover }: StepContext,
  assetId: string,
): Promise<DataReport | null> => {
  const { store } = services.ledger;
  return (await store.read(dataReportType, cutoverPartition(cutover.id), idOf(assetId)))?.body ?? null;
};

export const keepTrial = (
  { services, cutover }: StepContext,
  assetId: string,
  found: Pick<DataReport, 'ok' | 'summary' | 'details'>,
): Promise<void> =>
  saveDataReport(services.ledger, cutover.id, {
    ...{ id: idOf(assetId), kind: 'trial', assetId, at: services.clock.now().toISOString() },
    ...found,
  });

/** A sample that can't be copied stops nobody: what is in the way for good others name. */
export const keepFailedTrial = (context: StepContext, assetId: string, error: unknown): Promise<void> => {
  const why = error instanceof Error ? error.message : String(error);
  const summary = `no sample could be copied: ${why}`.slice(0, 2_000);
  return keepTrial(context, assetId, { ok: false, summary, details: {} });
};

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
