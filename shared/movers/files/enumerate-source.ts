import { MigrationError } from '../../contracts/errors';
import { carryOver, dropAbandoned } from './abandoned-work';
import { decideItems } from './decide-items';
import type { FilesContext } from './files-context';
import { openRootAndRemember } from './known-root';
import {
  baselineOf,
  DOUBTED,
  readLines,
  readOnly,
  readSummary,
  segments,
  type PassContent,
} from './pass-journal';
import { PartWriter } from './part-writer';
import type { PassInput } from './pass-input';
import { PriorState } from './prior-state';
import { walkInRuns } from './walk-tree';

const ITEMS_BETWEEN_LOOKS = 1_000;
const CHECK_CLAIM_EVERY_MS = 500;

export type EnumerateResult = PassContent & { readonly done: boolean };

/**
 * Writes down what this pass has to do, in parts that `copyPart` takes one by one (R121 R124 R125). Goes on where it was
 * stopped; once done, the same call returns the same and looks at nothing. `done` is false when it was told to stop: call again.
 * Throws `SourceRefusal` where the root is another folder than at the first pass.
 */
export async function enumerateSource(context: FilesContext, input: PassInput): Promise<EnumerateResult> {
  const { journal, clock } = context;
  const { transferId, pass } = input;
  const names = segments(pass, input.generation);
  const finished = await readOnly<PassContent>(journal, transferId, names.content);
  if (finished !== null) return { ...finished, done: true };

  if (pass > 1 && (await readSummary(journal, transferId, pass - 1)) === null) {
    throw new MigrationError('conflict', `pass ${pass - 1} is not finished`);
  }
  if ((await journal.length(transferId, names.started)) === 0) {
    await carryOver(context, input);
    await journal.append(transferId, names.started, 0, [{ at: clock.now().toISOString() }]);
  }
  await dropAbandoned(context, input);
  const parts = await PartWriter.resume(context, input);
  const done = await enumerate(context, input, parts);
  if (done) await journal.append(transferId, names.content, 0, [parts.content()]);
  return { ...parts.content(), done };
}

async function enumerate(context: FilesContext, input: PassInput, parts: PartWriter): Promise<boolean> {
  const { asset, transferId } = input;
  const { after, unreadable } = parts;
  const root = await openRootAndRemember(context, transferId, asset.root);
  const walk = walkInRuns(root, { exclude: asset.exclude, ...(after === null ? {} : { after }) });
  const { journal } = context;
  const baseline = baselineOf(input.pass, input.generation);
  const prior = new PriorState(journal, transferId, baseline, parts.comparedTo);
  const doubted = await doubtedPaths(context, transferId);

  let items = 0;
  let lookAt = 0;
  for await (const line of decideItems(walk, prior, { prefix: asset.prefix, unreadable, doubted })) {
    await parts.write(line);
    items += line.action === 'same' ? line.items : 1;
    if (items < ITEMS_BETWEEN_LOOKS || performance.now() < lookAt) continue;
    items = 0;
    lookAt = performance.now() + CHECK_CLAIM_EVERY_MS;
    tellFound(context, parts.content());
    if (!(await mustStop(context))) continue;
    await parts.close();
    return false;
  }
  await root.assertSame();
  await parts.close();
  return true;
}

/** Nothing is done yet; how much was found shows that it goes on. */
const tellFound = (context: FilesContext, { changedItems, changedBytes }: PassContent): void =>
  context.progress({ totalItems: changedItems, doneItems: 0, totalBytes: changedBytes, doneBytes: 0 });

async function doubtedPaths({ journal }: FilesContext, transferId: string): Promise<ReadonlySet<string>> {
  const paths = new Set<string>();
  for await (const { path } of readLines<{ path: string }>(journal, transferId, DOUBTED)) paths.add(path);
  return paths;
}

const mustStop = async ({ claim }: FilesContext): Promise<boolean> =>
  !(await claim.heartbeat()) || (await claim.interrupted());
