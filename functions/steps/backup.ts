import { backUpSource as backUp, sourceFingerprint } from '../../shared/movers/files';
import type { FilesAsset } from '../../shared/contracts/workload';
import type { Evidence, StepResult } from '../../shared/contracts/step';
import { filesContext, interruptedOrAgain, transferIdOf } from './files';
import { done, failed, type Step, type StepContext } from './step';

const SLICE_MS = 60_000;

type Saved =
  | { readonly kind: 'saved'; readonly facts: Evidence['facts'] }
  | { readonly kind: 'stopped'; readonly result: StepResult };

/** Where a cutover's backup of one asset lies, and its journal. */
const backupIdOf = (cutoverId: string, assetId: string): string =>
  `backup-${transferIdOf(cutoverId, assetId).replaceAll('.', '-')}`;

/** One asset: packs and manifest, then the hash over the whole that a rollback is measured against. */
const saveAsset = async (context: StepContext, asset: FilesAsset): Promise<Saved> => {
  const files = filesContext(context, asset);
  const backupId = backupIdOf(context.cutover.id, asset.id);
  const container = context.services.settings.backupContainer;
  const transferId = transferIdOf(context.cutover.id, asset.id);
  const saved = await backUp(files, { asset, transferId, backupId, container, budgetMs: SLICE_MS });
  if (saved.kind === 'more') return { kind: 'stopped', result: { kind: 'pending', retryAfterMs: 0 } };
  if (saved.kind === 'interrupted') return { kind: 'stopped', result: await interruptedOrAgain(context) };
  if (saved.kind === 'failed')
    return {
      kind: 'stopped',
      result: failed(saved.code, saved.path === null ? saved.reason : `${saved.path}: ${saved.reason}`),
    };
  const fingerprint = await sourceFingerprint(files, { asset });
  if (fingerprint.kind === 'interrupted')
    return { kind: 'stopped', result: await interruptedOrAgain(context) };
  if (fingerprint.kind === 'failed')
    return { kind: 'stopped', result: failed('backup-failed', `${fingerprint.path}: ${fingerprint.reason}`) };
  const { kind: _kind, ...reference } = saved;
  return { kind: 'saved', facts: { ...reference, fingerprint: fingerprint.sha256 } };
};

/** R98 R99: saves the stopped source outside the target, with a manifest and hashes, every pack read back before it counts. */
export const backUpSource: Step = async (context) => {
  const facts: Evidence['facts'] = {};
  for (const asset of context.cutover.workload.assets) {
    const saved = await saveAsset(context, asset);
    if (saved.kind === 'stopped') return saved.result;
    facts[asset.id] = saved.facts;
  }
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
  for (const asset of context.cutover.workload.assets) {
    const before = savedFingerprint(context, asset);
    if (before === null) continue;
    const now = await sourceFingerprint(filesContext(context, asset), { asset });
    if (now.kind === 'interrupted') return { kind: 'stopped', result: await interruptedOrAgain(context) };
    if (now.kind === 'failed')
      return { kind: 'stopped', result: failed('source-unreadable', `${now.path}: ${now.reason}`) };
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
