import type { InventorySource } from '../domain/planning/import/source';

/** A file of somebody else's making. */
export interface InventoryFile {
  readonly name: string;
  /** Its bytes from the first on; every call reads anew. */
  open(): AsyncIterable<Uint8Array>;
}

/**
 * Reads files people bring into tables of text, whatever kind they are. Nothing in a file is evaluated, and nothing it claims of
 * its size is believed: what is too large when unpacked, nested or repeated is refused with the reason, and memory stays bounded.
 */
export interface TableReader {
  /** What the file consists of: a table, the sheets of a workbook, a document; or one refusal. Trouble in reading the bytes throws. */
  read(file: InventoryFile): Promise<readonly InventorySource[]>;
}
