/**
 * One task in a process of its own, over the compiled application: plain JavaScript, so that nothing but the application counts
 * in its memory. Takes the task as JSON, prints its figures as JSON.
 */
const { readFileSync } = require('node:fs');
const path = require('node:path');

const compiled = (file) => require(path.join(__dirname, '../../../dist/shared', file));
const { AzureBlobTargets } = compiled('adapters/azure-blob/azure-blob-targets');
const { SqliteJournal } = compiled('adapters/sqlite/sqlite-journal');
const { TransferLimits } = compiled('contracts/transfer');
const { FilesAsset } = compiled('contracts/workload');
const { copyPart, enumerateSource, finishPass } = compiled('movers/files');
const { segments } = compiled('movers/files/pass-journal');
const { SourceRoot } = compiled('movers/files/source-root');
const { StateWriter } = compiled('movers/files/state-writer');
const { walkTree } = compiled('movers/files/walk-tree');

const TRANSFER = 'transfer-1';
/** A slice of the application gives way after this long. */
const SLICE_MS = 20_000;

/** Of this process alone: what the kernel counts for children begins with their parent's. */
const maxRssBytes = () => {
  const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kilobytes) * 1_024;
};

const contextOf = ({ journal, connectionString, limits = {} }) => ({
  journal: new SqliteJournal(journal),
  blobs: connectionString
    ? AzureBlobTargets.fromConnectionString(connectionString)
    : { container: () => ({}) },
  clock: { now: () => new Date() },
  limits: async () => TransferLimits.parse(limits),
  claim: { heartbeat: async () => true, interrupted: async () => false },
  progress: () => undefined,
});

const assetOf = ({ root, container = 'docs' }) =>
  FilesAsset.parse({ id: 'docs', kind: 'files', root, container });

/** A whole pass as the orchestration makes it: parts side by side, slice after slice. */
const pass = async (task) => {
  const context = contextOf(task);
  const input = { asset: assetOf(task), transferId: TRANSFER, pass: 1 };
  const { parallelSlices } = await context.limits();
  const { parts } = await enumerateSource(context, input);
  let next = 1;
  const worker = async () => {
    while (next <= parts) {
      const part = next;
      next += 1;
      while ((await copyPart(context, { ...input, part, budgetMs: SLICE_MS })).end !== 'done');
    }
  };
  await Promise.all(Array.from({ length: parallelSlices }, worker));
  const finished = await finishPass(context, input);
  if (finished.kind !== 'done') throw new Error(JSON.stringify(finished));
  return { items: finished.summary.copiedItems, bytes: finished.summary.copiedBytes };
};

/** Writes down what a first pass over the tree would have left, without copying it. */
const remember = async (task) => {
  const { journal } = contextOf(task);
  const root = await SourceRoot.open(task.root);
  await journal.append(TRANSFER, 'root', 0, [root.identity]);
  const { state, summary } = segments(1);
  const copied = {
    md5: '1B2M2Y8AsgTpgAmY7PhCfg==',
    sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    etag: '"0x8DC0000000000000"',
    settled: true,
  };
  const states = await StateWriter.open(journal, TRANSFER, state);
  let items = 0;
  for await (const { kind, path: file, stat } of walkTree(root, { exclude: [] })) {
    if (kind !== 'file') continue;
    await states.write({ path: file, stat, ...copied });
    items += 1;
  }
  await states.flush();
  const none = { copiedItems: 0, copiedBytes: 0, deletedItems: 0, failedItems: 0, unsupportedItems: 0 };
  await journal.append(TRANSFER, summary, 0, [{ pass: 1, items, bytes: 0, ...none, durationMs: 1 }]);
  return { items, bytes: 0 };
};

/** Enumerates the second pass and compares it with what was remembered; nothing changed. */
const enumerate = async (task) => {
  const context = contextOf(task);
  await context.journal.drop(TRANSFER, '00002');
  const found = await enumerateSource(context, { asset: assetOf(task), transferId: TRANSFER, pass: 2 });
  if (found.changedItems + found.deletes > 0) throw new Error(`nothing changed: ${JSON.stringify(found)}`);
  return { items: found.items, bytes: 0 };
};

const main = async (task) => {
  const began = performance.now();
  const moved = await { pass, remember, enumerate }[task.kind](task);
  const seconds = (performance.now() - began) / 1_000;
  process.stdout.write(JSON.stringify({ ...moved, seconds, maxRssBytes: maxRssBytes() }));
};

main(JSON.parse(process.argv[2]));
