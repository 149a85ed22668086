import { FactThreads } from './fact-threads';
import { FolderListing, type Found } from './folder-listing';
import { comparePaths, encodeSegment, isBelow } from './item-path';
import { kindOf, SourceProblem, type SourceRoot } from './source-root';
import { fileEntry, fileRun, pathIn, type FileRun, type WalkEntry } from './walk-entry';

export interface WalkOptions {
  /** Path prefixes left out, as people write them. */
  readonly exclude: readonly string[];
  /** Goes on after this path, without it. */
  readonly after?: string;
}

/** Names looked at one by one before threads pay for their start. */
const NAMES_WITHOUT_THREADS = 1_000;

/**
 * Everything below a root in the order of `comparePaths`; folders come before their content. What vanishes while walking is left
 * out. Paths are encoded (`encodeSegment`). Holds the names of the folders on the way and nothing else.
 */
export async function* walkTree(root: SourceRoot, options: WalkOptions): AsyncGenerator<WalkEntry> {
  for await (const found of walkInRuns(root, options)) {
    if (found.kind !== 'run') yield found;
    else for (const file of found.files()) yield file;
  }
}

/** The same, with files that follow each other in runs where there are many: nothing is made of each before somebody asks. */
export async function* walkInRuns(
  root: SourceRoot,
  options: WalkOptions,
): AsyncGenerator<WalkEntry | FileRun> {
  const walk = new Walk(root, new Set(options.exclude.map(encodeExcluded)), options.after ?? null);
  try {
    // An unreadable root must never pass for an empty one: that throws.
    await walk.enter('');
    for (let listing = walk.innermost; listing !== undefined; listing = walk.innermost) {
      const run = listing.nextRun();
      if (run !== null) {
        const files = fileRun(listing.path, run);
        if (walk.isAfter(files.path)) yield files;
        else for (const file of files.files()) if (walk.isAfter(file.path)) yield file;
        continue;
      }
      const found = listing.next();
      if (found === null) {
        if (!(await walk.more(listing))) await walk.leave();
        continue;
      }
      const path = pathIn(listing.path, found.name);
      const entry = walk.plainFile(path, found) ?? (await walk.look(path, found));
      if (entry !== null && walk.isAfter(path)) yield entry;
    }
  } finally {
    await walk.close();
  }
}

class Walk {
  private readonly open: FolderListing[] = [];
  private readonly prepared = new Map<string, Promise<FolderListing>>();
  private threads: FactThreads | null = null;
  private names = 0;
  /** Folders in which something is excluded. */
  private readonly withExcluded: ReadonlySet<string>;

  constructor(
    private readonly root: SourceRoot,
    private readonly excluded: ReadonlySet<string>,
    private readonly after: string | null,
  ) {
    this.withExcluded = new Set(
      [...excluded].map((path) => path.slice(0, Math.max(0, path.lastIndexOf('/')))),
    );
  }

  get innermost(): FolderListing | undefined {
    return this.open.at(-1);
  }

  async enter(path: string): Promise<FolderListing> {
    const listing = await (this.prepared.get(path) ?? FolderListing.open(this.root, path));
    this.prepared.delete(path);
    const parent = this.innermost;
    this.open.push(listing);
    const { after } = this;
    if (after !== null && (path === '' || isBelow(after, path))) {
      const isOnTheWay = (name: string): boolean => `${after}/`.startsWith(`${pathIn(path, name)}/`);
      listing.keep((name) => this.isAfter(pathIn(path, name)) || isOnTheWay(name));
    }
    if (this.withExcluded.has(path)) listing.withoutRuns();
    this.names += listing.length;
    if (this.names > NAMES_WITHOUT_THREADS) this.threads ??= new FactThreads();
    if (this.threads !== null && parent !== undefined) this.prepareNext(parent, this.threads);
    return listing;
  }

  more(listing: FolderListing): Promise<boolean> {
    return listing.more(this.threads);
  }

  async leave(): Promise<void> {
    await this.open.pop()?.close();
  }

  async close(): Promise<void> {
    const prepared = await Promise.allSettled(this.prepared.values());
    for (const each of prepared) if (each.status === 'fulfilled') await each.value.close();
    for (const listing of this.open.splice(0)) await listing.close();
    await this.threads?.close();
  }

  /** Opens the folder beside, so that its names are there when this one's are done. */
  private prepareNext(parent: FolderListing, threads: FactThreads): void {
    const next = parent.upcoming;
    if (next === null || next.problem !== null || kindOf(next.stat.mode) !== 'folder') return;
    const path = pathIn(parent.path, next.name);
    if (this.after !== null || this.excluded.has(path)) return;
    const opened = FolderListing.open(this.root, path);
    this.prepared.set(path, opened);
    // Who enters it hears of the failure.
    opened.then((listing) => listing.prepare(threads)).catch(() => undefined);
  }

  isAfter(path: string): boolean {
    return this.after === null || comparePaths(path, this.after) > 0;
  }

  /** What most entries are, without waiting; null for the others. */
  plainFile(path: string, found: Found): WalkEntry | null {
    if (found.problem !== null || this.excluded.has(path) || kindOf(found.stat.mode) !== 'file') return null;
    return fileEntry(path, found);
  }

  /** Null for what is gone. A folder is entered. */
  async look(path: string, found: Found): Promise<WalkEntry | null> {
    if (this.excluded.has(path)) return { kind: 'excluded', path };
    try {
      if (found.problem !== null) throw found.problem;
      const { stat } = found;
      const what = kindOf(stat.mode);
      if (what === 'folder')
        return { kind: 'folder', path, stat, empty: (await this.enter(path)).length === 0 };
      if (what === 'symbolic link')
        return { kind: 'link', path, stat, target: await this.root.linkTarget(path) };
      return { kind: 'special', path, what };
    } catch (error) {
      if (!(error instanceof SourceProblem)) throw error;
      return error.kind === 'gone' ? null : { kind: 'unreadable', path, reason: error.message };
    }
  }
}

const encodeExcluded = (prefix: string): string =>
  prefix
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.')
    .map((segment) => encodeSegment(Buffer.from(segment)))
    .join('/');
