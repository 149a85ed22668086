import { MigrationError } from '../../contracts/errors';
import { carryOver, dropAbandoned } from './abandoned-work';
import { decideItems } from './decide-items';
import type { FilesContext } from './files-context';
import { comparePaths } from './item-path';
import { openRootAndRemember } from './known-root';
import {
  baselineOf,
  DOUBTED,
  readLines,
  readOnly,
  readSummary,
  segments,
  type ItemLine,
  type PassContent,
  type TargetState,
} from './pass-journal';
import type { PassInput } from './pass-input';
import { SegmentWriter } from './segment-writer';
import { walkTree } from './walk-tree';

/** A part is full with this much to copy, or with this many lines whatever they say. */
const PART_ITEMS = 2_000;
const PART_BYTES = 2 ** 30;
const PART_LINES = 20_000;
const CHECK_CLAIM_EVERY = 1_000;

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
  const walk = walkTree(root, { exclude: asset.exclude, ...(after === null ? {} : { after }) });
  const state = stateBefore(context, input, after);
  const doubted = await doubtedPaths(context, transferId);

  let lines = 0;
  for await (const line of decideItems(walk, state, { prefix: asset.prefix, unreadable, doubted })) {
    await parts.write(line);
    lines += 1;
    if (lines % CHECK_CLAIM_EVERY === 0 && (await mustStop(context))) {
      await parts.close();
      return false;
    }
  }
  await root.assertSame();
  await parts.close();
  return true;
}

async function* stateBefore(
  { journal }: FilesContext,
  { transferId, pass, generation }: PassInput,
  after: string | null,
): AsyncGenerator<TargetState> {
  const baseline = baselineOf(pass, generation);
  for await (const state of readLines<TargetState>(journal, transferId, baseline)) {
    if (after === null || comparePaths(state.path, after) > 0) yield state;
  }
}

async function doubtedPaths({ journal }: FilesContext, transferId: string): Promise<ReadonlySet<string>> {
  const paths = new Set<string>();
  for await (const { path } of readLines<{ path: string }>(journal, transferId, DOUBTED)) paths.add(path);
  return paths;
}

const mustStop = async ({ claim }: FilesContext): Promise<boolean> =>
  !(await claim.heartbeat()) || (await claim.interrupted());

/** Cuts the lines of a pass into parts and counts them. */
class PartWriter {
  /** The last path written down. */
  after: string | null = null;
  readonly unreadable: string[] = [];
  private part = 0;
  private writer: SegmentWriter<ItemLine> | null = null;
  private inPart = { lines: 0, items: 0, bytes: 0 };
  private totals = { items: 0, bytes: 0, changedItems: 0, changedBytes: 0, deletes: 0 };

  private constructor(
    private readonly context: FilesContext,
    private readonly transferId: string,
    private readonly names: ReturnType<typeof segments>,
  ) {}

  static async resume(
    context: FilesContext,
    { transferId, pass, generation }: PassInput,
  ): Promise<PartWriter> {
    const names = segments(pass, generation);
    const parts = new PartWriter(context, transferId, names);
    const written = await context.journal.segments(transferId, names.allItems);
    for (const segment of written) {
      parts.startPart();
      for await (const line of readLines<ItemLine>(context.journal, transferId, segment)) parts.count(line);
    }
    return parts;
  }

  content(): PassContent {
    return { parts: this.part, ...this.totals };
  }

  async write(line: ItemLine): Promise<void> {
    const { lines, items, bytes } = this.inPart;
    const full = lines >= PART_LINES || items >= PART_ITEMS || bytes >= PART_BYTES;
    if (this.part === 0 || full) {
      await this.close();
      this.startPart();
    }
    const segment = this.names.items(this.part);
    this.writer ??= await SegmentWriter.open(this.context.journal, this.transferId, segment);
    this.count(line);
    await this.writer.write(line);
  }

  async close(): Promise<void> {
    await this.writer?.flush();
    this.writer = null;
  }

  private startPart(): void {
    this.part += 1;
    this.inPart = { lines: 0, items: 0, bytes: 0 };
  }

  private count(line: ItemLine): void {
    const { inPart, totals } = this;
    this.after = line.path;
    inPart.lines += 1;
    if (line.action === 'report' && line.result === 'Failed') this.unreadable.push(line.path);
    if (line.action === 'delete') totals.deletes += 1;
    if (line.action !== 'copy' && line.action !== 'keep') return;

    const { sizeBytes } = line.action === 'copy' ? line.stat : line.prior.stat;
    totals.items += 1;
    totals.bytes += sizeBytes;
    if (line.action === 'keep') return;
    totals.changedItems += 1;
    totals.changedBytes += sizeBytes;
    inPart.items += 1;
    inPart.bytes += sizeBytes;
  }
}
