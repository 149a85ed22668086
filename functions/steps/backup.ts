import { backUpSource as backUp, sourceFingerprint } from '../../shared/movers/files';
import type { FilesAsset } from '../../shared/contracts/workload';
import type { Evidence, StepResult } from '../../shared/contracts/step';
import { filesAssetsOf } from '../../shared/domain/assets';
import { backupIdOf } from './backup-id';
import { filesContext, interruptedOrAgain, transferIdOf } from './files';
import { backUpDatabases } from './postgres/back-up';
import { done, failed, type Step, type StepContext } from './step';

const SLICE_MS = 60_000;

type Saved =
  | { readonly kind: 'saved'; readonly facts: Evidence['facts'] }
  | { readonly kind: 'stopped'; readonly result: StepResult };

const failedAt = (problem: { code: string; path: string | null; reason: string }): StepResult =>
  failed(problem.code, problem.path === null ? problem.reason : `${problem.path}: ${problem.reason}`);

/** One asset: packs and manifest, and the hash over all that was saved, which a rollback is measured against. */
const saveAsset = async (context: StepContext, asset: FilesAsset): Promise<Saved> => {
  const files = filesContext(context, asset);
  const backupId = backupIdOf(context.cutover.id, asset.id);
  const container = context.services.settings.backupContainer;
  const transferId = transferIdOf(context.cutover.id, asset.id);
  const attempt = Number(context.order.input['attempt'] ?? 1);
  const saved = await backUp(files, { asset, transferId, backupId, attempt, container, budgetMs: SLICE_MS });
  if (saved.kind === 'more') return { kind: 'stopped', result: { kind: 'pending', retryAfterMs: 0 } };
  if (saved.kind === 'interrupted') return { kind: 'stopped', result: await interruptedOrAgain(context) };
  if (saved.kind === 'failed')
    return {
      kind: 'stopped',
      result: failedAt(saved),
    };
  const { kind: _kind, ...facts } = saved;
  return { kind: 'saved', facts };
};

/** R98 R99: saves the stopped source outside the target, with a manifest and hashes, every pack read back before it counts. */
export const backUpSource: Step = async (context) => {
  const facts: Evidence['facts'] = {};
  for (const asset of filesAssetsOf(context.cutover.workload)) {
    const saved = await saveAsset(context, asset);
    if (saved.kind === 'stopped') return saved.result;
    facts[asset.id] = saved.facts;
  }
  const databases = await backUpDatabases(context);
  if (databases.kind === 'stopped') return databases.result;
  Object.assign(facts, databases.facts);
  if (Object.keys(facts).length === 0)
    return done(
      'workload-record',
      'another service moves all of it and leaves the source as it is: no files to back up',
    );
  return done('files-mover', `backed up ${Object.keys(facts).join(', ')} with manifest and hashes`, facts);
};

/** The source's hash at the time of the backup; null where there is none yet. */
export const savedFingerprint = ({ cutover }: StepContext, asset: FilesAsset): string | null => {
  const evidence = cutover.stages.find(
    (stage) => stage.name === 'backup' && stage.status === 'done',
  )?.evidence;
  const facts = evidence?.facts[asset.id] as { fingerprint?: string } | undefined;
  return facts?.fingerprint ?? null;
};

export type SourceVerdict =
  | { readonly kind: 'unchanged'; readonly compared: readonly string[] }
  | { readonly kind: 'stopped'; readonly result: StepResult };

/** R56: the source, still closed, is what it was when it was backed up. Assets that were not backed up yet are left out. */
export const compareWithBackup = async (context: StepContext): Promise<SourceVerdict> => {
  const compared: string[] = [];
  for (const asset of filesAssetsOf(context.cutover.workload)) {
    const before = savedFingerprint(context, asset);
    if (before === null) continue;
    const now = await sourceFingerprint(filesContext(context, asset), {
      asset,
      transferId: transferIdOf(context.cutover.id, asset.id),
      fingerprintId: context.order.key.replaceAll(/[^A-Za-z0-9]/g, '-'),
      budgetMs: SLICE_MS,
    });
    if (now.kind === 'more') return { kind: 'stopped', result: { kind: 'pending', retryAfterMs: 0 } };
    if (now.kind === 'interrupted') return { kind: 'stopped', result: await interruptedOrAgain(context) };
    if (now.kind === 'failed') return { kind: 'stopped', result: failedAt(now) };
    if (now.sha256 !== before)
      return {
        kind: 'stopped',
        result: failed(
          'source-changed',
          `the source of ${asset.id} is not what it was when it was backed up`,
          { before, now: now.sha256 },
        ),
      };
    compared.push(asset.id);
  }
  return { kind: 'unchanged', compared };
};
