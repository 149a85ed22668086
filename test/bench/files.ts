import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Bench, BenchRow } from './bench';
import { chooseRows } from './choose-rows';
import { rclone, stageBlockCeiling, withService } from './files/blob-peers';
import { isInstalled, median, runTask, timed, type Figures } from './files/run-task';
import { makeEmptyFiles, makeLargeFile, makeSmallFiles } from './files/trees';

const SEED = 1;
/** What the default limits allow together: two slices with four requests each. */
const REQUESTS = 8;

/** Full sizes; for a quick look they may be made smaller by the environment, which the result then says. */
const FULL = { SMALL_FILES: 20_000, LARGE_MIB: 2_048, ENTRIES: 1_000_000, ROUNDS: 3 };
type Size = keyof typeof FULL;
const sizeOf = (name: Size): number => Number(process.env[`CAUSEWAY_BENCH_${name}`] ?? FULL[name]);

interface Bed {
  readonly folder: string;
  readonly rounds: number;
  readonly hasRclone: boolean;
  readonly say: (line: string) => void;
}

const row = (
  name: string,
  unit: string,
  better: BenchRow['better'],
  ours: number,
  more: Partial<BenchRow> = {},
): BenchRow => ({ name, unit, better, ours, peers: {}, limit: null, ...more });

const rssRow = (name: string, measured: readonly Figures[], peers: BenchRow['peers'] = {}): BenchRow =>
  row(name, 'MiB', 'lower', Math.max(...measured.map(({ rssMib }) => rssMib)), { peers });

/** One pass of ours to a fresh service, then the same tree by rclone to another, in turns. */
async function againstRclone({ folder, rounds, hasRclone, say }: Bed, root: string) {
  const ours: Figures[] = [];
  const theirs: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    say(`${path.basename(root)}: round ${round} of ${rounds}`);
    const journal = path.join(folder, `${path.basename(root)}-${round}.db`);
    ours.push(
      await withService(({ connectionString }) =>
        runTask({ kind: 'pass', root, journal, connectionString, limits: {} }),
      ),
    );
    if (hasRclone) theirs.push(await withService(({ container }) => rclone(root, container, REQUESTS)));
  }
  return { ours, theirs };
}

async function smallFiles(bed: Bed): Promise<BenchRow[]> {
  const count = sizeOf('SMALL_FILES');
  const root = path.join(bed.folder, 'small-files');
  makeSmallFiles(root, count, SEED);
  const { ours, theirs } = await againstRclone(bed, root);
  const peers = bed.hasRclone ? { rclone: count / median(theirs) } : {};
  const speed = median(ours.map(({ items, seconds }) => items / seconds));
  return [row('small-files', 'files/s', 'higher', speed, { peers }), rssRow('small-files-memory', ours)];
}

async function largeFile(bed: Bed): Promise<BenchRow[]> {
  const mebibytes = sizeOf('LARGE_MIB');
  const root = path.join(bed.folder, 'large-file');
  makeLargeFile(root, mebibytes, SEED);
  const { ours, theirs } = await againstRclone(bed, root);
  const ceilings: number[] = [];
  for (let round = 1; round <= bed.rounds; round += 1) {
    ceilings.push(await withService(({ container }) => stageBlockCeiling(container, mebibytes, REQUESTS)));
  }
  const peers = bed.hasRclone ? { rclone: mebibytes / median(theirs) } : {};
  const speed = median(ours.map(({ bytes, seconds }) => bytes / 2 ** 20 / seconds));
  return [
    row('large-file', 'MiB/s', 'higher', speed, { peers, limit: median(ceilings) }),
    rssRow('large-file-memory', ours),
  ];
}

/** A tree looked at again after a pass over it: nothing changed. */
async function enumerate(bed: Bed): Promise<BenchRow[]> {
  const count = sizeOf('ENTRIES');
  const measure = async (name: string, entries: number) => {
    const root = path.join(bed.folder, name);
    bed.say(`${name}: a tree of ${entries} entries`);
    makeEmptyFiles(root, entries);
    const journal = path.join(bed.folder, `${name}.db`);
    await runTask({ kind: 'remember', root, journal });
    return { entries, root, again: () => runTask({ kind: 'enumerate', root, journal }) };
  };
  const all = await measure('enumerate', count);
  const tenth = await measure('enumerate-tenth', Math.ceil(count / 10));
  const facts = '%P\\t%s\\t%T@\\t%C@\\t%i\\t%m\\t%U\\t%G\\n';
  const ours: Figures[] = [];
  const small: Figures[] = [];
  const theirs: number[] = [];
  for (let round = 1; round <= bed.rounds; round += 1) {
    bed.say(`enumerate: round ${round} of ${bed.rounds}`);
    ours.push(await all.again());
    theirs.push(await timed('find', [all.root, '-printf', facts]));
    small.push(await tenth.again());
  }
  const speed = median(ours.map(({ items, seconds }) => items / seconds));
  const ofTenth = Math.max(...small.map(({ rssMib }) => rssMib));
  return [
    row('enumerate', 'entries/s', 'higher', speed, { peers: { find: count / median(theirs) } }),
    rssRow('enumerate-memory', ours, { 'a tenth of the entries': ofTenth }),
  ];
}

const ROWS = { 'small-files': smallFiles, 'large-file': largeFile, enumerate };

const leftOut = (notMeasured: readonly string[], hasRclone: boolean): string[] => [
  ...(Object.keys(FULL) as Size[])
    .filter((name) => sizeOf(name) !== FULL[name])
    .map((name) => `Made smaller: CAUSEWAY_BENCH_${name}=${sizeOf(name)} instead of ${FULL[name]}.`),
  ...notMeasured,
  ...(hasRclone ? [] : ['rclone is not installed: no peer for small-files and large-file.']),
  'The service is Azurite in memory on this machine, one process with one thread: no network, no throttling. The limit of large-file is',
  'what it takes when blocks of noise are sent side by side. Memory is the most a child process held (VmHWM), source tree in the page cache.',
  'The source is a local ext4 file system, not a share; find prints the same facts and compares them with nothing.',
];

export const bench: Bench = {
  about: 'files to a blob service beside rclone; a million unchanged entries beside find; memory',
  run: async (say) => {
    const { chosen, notMeasured } = chooseRows(ROWS);
    const folder = await mkdtemp(path.join(tmpdir(), 'causeway-bench-files-'));
    const rounds = sizeOf('ROUNDS');
    try {
      const hasRclone = await isInstalled('rclone');
      const bed: Bed = { folder, rounds, hasRclone, say };
      const rows: BenchRow[] = [];
      for (const measure of chosen) rows.push(...(await measure(bed)));
      return { rows, seed: SEED, rounds, leavesOut: leftOut(notMeasured, hasRclone) };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
