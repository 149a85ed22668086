import { MigrationError } from '../../../contracts/errors';
import { openClient } from '../connect/open-client';
import { openCopyConnections } from './copy-connections';
import { copyPiece } from './copy-piece';
import type { Piece } from './cut-parts';
import { notingLimits } from './held-limits';
import type { OfflineContext, OfflineProgress } from './offline-context';
import { passSegments, readAll } from './offline-journal';
import type { CopyDatabasePartResult, DatabasePart } from './offline-pass';
import { OfflineSlice } from './offline-slice';
import { donePieces, type DonePiece } from './piece-ledger';

/**
 * Copies what is still open of a part (R121 R130 R131): each piece in a transaction of its own together with the word that it is
 * there, so that a killed one is copied again whole and a finished one never. Called again after `done` it changes nothing. A claim
 * that is lost or a command that waits rolls back what is under way.
 */
export async function copyDatabasePart(
  context: OfflineContext,
  input: DatabasePart,
): Promise<CopyDatabasePartResult> {
  const part = await OpenPart.read(context, input);
  if (part.open.length === 0) return { ...part.counts(), end: 'done' };
  const end = await OfflineSlice.run(notingLimits(context, input.pass), input.budgetMs, {
    work: (slice) => copyPieces(context, input, { part, slice }),
    progress: () => part.progress(),
  });
  return { ...part.counts(), end };
}

async function copyPieces(
  context: OfflineContext,
  { pass, part: number }: DatabasePart,
  { part, slice }: { part: OpenPart; slice: OfflineSlice },
): Promise<boolean> {
  const connections = await openCopyConnections(context);
  try {
    for (const { index, piece } of part.open) {
      if (slice.over) return false;
      const name = { migrationId: context.migrationId, pass, part: number, piece: index };
      const advance = (bytes: number) => part.advance(bytes);
      const copied = await copyPiece(connections, { name, piece, slice, advance });
      part.add({ index, piece }, copied);
    }
    return true;
  } finally {
    await connections.close();
  }
}

interface OpenPiece {
  readonly index: number;
  readonly piece: Piece;
}

/** The pieces of a part and what became of them. */
class OpenPart {
  private copiedItems = 0;
  private copiedBytes = 0;
  /** Estimates of what is done, so that progress ends where it said it would. */
  private doneItems = 0;
  private doneBytes = 0;
  private underWayBytes = 0;

  private constructor(
    private readonly pieces: readonly Piece[],
    readonly open: readonly OpenPiece[],
  ) {}

  static async read(context: OfflineContext, { pass, part }: DatabasePart): Promise<OpenPart> {
    const { journal, migrationId } = context;
    const pieces = await readAll<Piece>(journal, migrationId, passSegments(pass).pieces(part));
    if (pieces.length === 0) throw new MigrationError('conflict', `pass ${pass} has no part ${part}`);
    const done = new Map((await readDone(context, { pass, part })).map((piece) => [piece.piece, piece]));
    const numbered = pieces.map((piece, index) => ({ index, piece }));
    const opened = new OpenPart(
      pieces,
      numbered.filter(({ index }) => !done.has(index)),
    );
    for (const { index, piece } of numbered) {
      const copied = done.get(index);
      if (copied) opened.add({ index, piece }, copied);
    }
    return opened;
  }

  /** Null: another call copied it meanwhile. */
  add({ piece }: OpenPiece, copied: { rows: number; bytes: number } | null): void {
    this.copiedItems += copied?.rows ?? 0;
    this.copiedBytes += copied?.bytes ?? 0;
    this.doneItems += piece.rows;
    this.doneBytes += piece.bytes;
    this.underWayBytes = 0;
  }

  advance(bytes: number): void {
    this.underWayBytes += bytes;
  }

  counts(): { copiedItems: number; copiedBytes: number } {
    return { copiedItems: this.copiedItems, copiedBytes: this.copiedBytes };
  }

  progress(): OfflineProgress {
    const totalBytes = this.pieces.reduce((sum, { bytes }) => sum + bytes, 0);
    const totalItems = this.pieces.reduce((sum, { rows }) => sum + rows, 0);
    const doneBytes = Math.min(totalBytes, this.doneBytes + this.underWayBytes);
    return {
      totalItems: Math.round(totalItems),
      doneItems: Math.round(this.doneItems),
      totalBytes: Math.round(totalBytes),
      doneBytes: Math.round(doneBytes),
    };
  }
}

async function readDone(
  { target, migrationId }: OfflineContext,
  name: { pass: number; part: number },
): Promise<readonly DonePiece[]> {
  const client = await openClient(target, { name: 'offline ledger', readOnly: true });
  try {
    return await donePieces(client, { migrationId, ...name });
  } finally {
    await client.end();
  }
}
