import { createCipheriv, createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KnownFile } from './app-config';
import { listSources } from './file-sources';
import { filePathOf } from './item-path';

export interface FileSet {
  readonly root: string;
  readonly files: readonly KnownFile[];
  readonly totalBytes: number;
  /** Paths that can't be moved as they are and are to be reported. */
  readonly unsupported: readonly string[];
}

export interface FileSetOptions {
  readonly root: string;
  /** Where real files are taken from, usually `node_modules`. */
  readonly from: string;
  readonly realFiles: number;
  /** Sets of different seeds have different files of `from` and different made-up content. */
  readonly seed: number;
  readonly largeMiB: readonly number[];
}

/** Names as people make them. Item paths: `%XX` for bytes that a blob name can't hold. */
const AWKWARD_NAMES = [
  'awkward/with space.txt',
  'awkward/ leading and trailing ',
  'awkward/percent %25 sign 100%25.txt',
  'awkward/%2541 is no A.txt',
  'awkward/hash # question ? ampersand & plus +.txt',
  'awkward/quote \' double " back`tick.txt',
  'awkward/[brackets] {braces} $money ~tilde.txt',
  'awkward/semi;colon, comma=equals@at.txt',
  'awkward/-starts-with-a-dash',
  'awkward/.hidden',
  'awkward/...dots',
  'unicode/Überweisung für Müller & Söhne.txt',
  'unicode/日本語/ファイル.txt',
  'unicode/Ελληνικά.txt',
  'unicode/عربي.txt',
  'unicode/🚚 moving day.txt',
  'unicode/zero\u200bwidth.txt',
];

/** Where names are bytes without rules. macOS and Windows refuse or alter some of these. */
const LINUX_NAMES = [
  'awkward/back%5Cslash.txt',
  'awkward/new%0Aline.txt',
  'awkward/ends with a dot%2E',
  'awkward/colon : star * pipe | less < more >.txt',
  'unicode/composed é.txt',
  'unicode/composed e\u0301.txt',
  'unicode/latin-1 caf%E9.txt',
];

/**
 * Builds the files of one workload: real ones out of `from`, empty, tiny and large ones, deep paths, awkward names, a symbolic
 * link. Everything is a copy, so nothing done to them touches `from`. The same options give the same content.
 */
export function buildFileSet(options: FileSetOptions): FileSet {
  const files: KnownFile[] = [];
  const add = (path: string, content: Buffer): void => {
    const place = filePathOf(options.root, path);
    mkdirSync(place.subarray(0, place.lastIndexOf('/')), { recursive: true });
    writeFileSync(place, content);
    const modified = new Date(Date.UTC(2026, 0, 1) + files.length * 60_000);
    utimesSync(place, modified, modified);
    files.push({ path, sizeBytes: content.length, sha256: sha256(content) });
  };
  mkdirSync(options.root, { recursive: true });
  for (const path of listSources(options.from, options.realFiles, options.seed))
    add(`library/${path}`, readFileSync(join(options.from, path)));
  for (const [path, content] of madeUpFiles(options)) add(path, content);
  chmodSync(join(options.root, 'tiny/one-byte'), 0o755);
  chmodSync(join(options.root, 'empty/nothing'), 0o600);
  symlinkSync('one-byte', join(options.root, 'tiny/link-to-one-byte'));
  const totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return { root: options.root, files, totalBytes, unsupported: ['tiny/link-to-one-byte'] };
}

function* madeUpFiles({ seed, largeMiB }: FileSetOptions): Generator<[string, Buffer]> {
  yield ['empty/nothing', Buffer.alloc(0)];
  yield ['empty/also nothing.txt', Buffer.alloc(0)];
  yield ['tiny/one-byte', Buffer.from('1')];
  yield ['tiny/line-end', Buffer.from('\n')];
  yield [
    `deep/${Array.from({ length: 40 }, (_, depth) => `level-${depth}`).join('/')}/bottom.txt`,
    Buffer.from('deep'),
  ];
  yield [`deep/${'long-name-'.repeat(20)}.txt`, Buffer.from('long')];
  for (const path of [...AWKWARD_NAMES, ...(process.platform === 'linux' ? LINUX_NAMES : [])])
    yield [path, Buffer.from(`content of ${path}`)];
  for (const [index, sizeMiB] of largeMiB.entries())
    yield [`large/recording-${index + 1}.bin`, noise(`${seed}/${index}`, sizeMiB << 20)];
}

/** Incompressible and the same every time. */
function noise(seed: string, sizeBytes: number): Buffer {
  const key = createHash('sha256').update(seed).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(sizeBytes));
}

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');
