import type { InventoryField } from '../../../contracts/planning/import';
import type { InventoryFormat } from '../../../contracts/planning/portfolio';

/** One way an export writes its table. */
export interface Shape {
  readonly format: InventoryFormat;
  /** As people call it. */
  readonly title: string;
  /** What its rows are. */
  readonly rows: 'servers' | 'disks' | 'databases' | 'dependencies' | 'relations';
  /** By field the headers it has had, as `headerName` writes them, the better one first. */
  readonly columns: Readonly<Partial<Record<InventoryField, readonly string[]>>>;
  /** At least one of each list must be there for a table to be this. */
  readonly required: readonly (readonly InventoryField[])[];
  /** Headers that nothing else has; where any is listed one of them must be there. */
  readonly telling?: readonly string[];
  /** Of databases, where no column says it. */
  readonly engine?: string;
  /** Headers of numbered disks, whose sizes are added up. */
  readonly diskSizes?: RegExp;
  /** What a number means whose header names no unit, in megabytes. */
  readonly megabytes: Readonly<Partial<Record<InventoryField, number>>>;
}
