import { beginRead } from './copy-statements';
import { openCopyConnections } from './copy-connections';
import { cutParts, type Piece } from './cut-parts';
import { isFenced } from './fence-record';
import { largeObjectPieces } from './large-object-pieces';
import type { OfflineContext } from './offline-context';
import { passSegments, readOnly } from './offline-journal';
import type { DatabasePass, DatabasePassContent, EnumerateDatabaseResult, StartedPass } from './offline-pass';
import { createTables } from '../schema/apply-schema';
import { setIndexesAside } from './index-steps';
import { prepareTarget } from './prepare-target';
import { readSourceMark } from './source-mark';
import { RANGES_FROM, readSourceTables, serverMajor } from './source-tables';

/** Large enough for the disk to be read in order, small enough to be copied again after a kill. */
const LARGEST_RANGE_BYTES = 2 ** 30;
const SMALLEST_RANGE_BYTES = 8 * 2 ** 20;
/** Where bytes per second are limited, a transaction should not take much longer. */
const RANGE_SECONDS = 60;

/**
 * Writes down what is to be copied, in parts that `copyDatabasePart` takes one by one, and where the source stands (R121). The
 * source must be fenced and the target empty, but for its tables where they are there already. Once done, the same call returns the same and looks at nothing.
 */
export async function enumerateDatabase(
  context: OfflineContext,
  { pass }: DatabasePass,
): Promise<EnumerateDatabaseResult> {
  const { journal, migrationId } = context;
  const content = await readOnly<DatabasePassContent>(journal, migrationId, passSegments(pass).content);
  if (content !== null) return { kind: 'done', ...content };
  if (!(await isFenced(context)))
    return {
      kind: 'refused',
      code: 'source-not-fenced',
      reason: 'the source still takes writes: fence it before it is copied',
    };
  return enumerate(context, pass);
}

async function enumerate(context: OfflineContext, pass: number): Promise<EnumerateDatabaseResult> {
  const { asset, clock, journal, migrationId } = context;
  const made = await createTables(context);
  if (made.kind !== 'done') return made;
  const connections = await openCopyConnections(context);
  try {
    const { source, target, withoutTriggers } = connections;
    const names = passSegments(pass);
    const started: StartedPass = {
      at: clock.now().toISOString(),
      mark: await readSourceMark(source, asset.schemas),
    };
    await journal.drop(migrationId, names.started);
    await journal.append(migrationId, names.started, 0, [started]);

    await source.query(beginRead(null));
    const tables = await readSourceTables(source, asset.schemas, await serverMajor(target));
    const refusal = await prepareTarget(target, { migrationId, pass, tables, withoutTriggers });
    if (refusal !== null) return refusal;
    await setIndexesAside(context, connections, tables);
    const rangeBytes = await rangeBytesOf(context);
    const objects = await largeObjectPieces(source, rangeBytes);
    await source.query('COMMIT');
    const ranges = (await serverMajor(source)) >= RANGES_FROM;
    const parts = cutParts(tables, objects, { rangeBytes, ranges });
    return { kind: 'done', ...(await writeParts(context, pass, { parts, tables: tables.length })) };
  } finally {
    await connections.close();
  }
}

async function rangeBytesOf(context: OfflineContext): Promise<number> {
  const { bytesPerSecond, copyWorkers } = await context.limits();
  if (bytesPerSecond === null) return LARGEST_RANGE_BYTES;
  const bytes = (bytesPerSecond / copyWorkers) * RANGE_SECONDS;
  return Math.min(LARGEST_RANGE_BYTES, Math.max(SMALLEST_RANGE_BYTES, bytes));
}

/** Anew from the start: a call that was killed may have left some of them. */
async function writeParts(
  { journal, migrationId }: OfflineContext,
  pass: number,
  { parts, tables }: { parts: readonly (readonly Piece[])[]; tables: number },
): Promise<DatabasePassContent> {
  const names = passSegments(pass);
  await journal.drop(migrationId, names.allPieces);
  for (const [index, pieces] of parts.entries())
    await journal.append(migrationId, names.pieces(index + 1), 0, pieces);
  const all = parts.flat();
  const content: DatabasePassContent = {
    parts: parts.length,
    tables,
    pieces: all.length,
    items: Math.round(all.reduce((sum, { rows }) => sum + rows, 0)),
    bytes: Math.round(all.reduce((sum, { bytes }) => sum + bytes, 0)),
  };
  await journal.append(migrationId, names.content, 0, [content]);
  return content;
}
