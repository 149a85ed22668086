import type { Diagnosis } from '../../shared/contracts/diagnosis';
import type { DataReport } from '../../shared/contracts/replication';
import type { Template } from '../../shared/contracts/template';
import type { Ledger } from '../../shared/ledger/ledger';
import type { DeadLetters } from '../../shared/ports/dead-letters';
import type { IdentityProvider } from '../../shared/ports/identity-provider';
import type { MigrateProjects } from '../../shared/ports/migrate-projects';
import type { Journal } from '../../shared/ports/journal';
import type { Secrets } from '../../shared/ports/secrets';
import type { CalendarReader } from '../../shared/ports/calendar-reader';
import type { TableReader } from '../../shared/ports/table-reader';
import type { Workbooks } from '../../shared/ports/workbooks';

/** What the HTTP operations work with; the composition root fills it in. */
export interface HttpServices {
  readonly ledger: Ledger;
  /** Where the content of portfolios and plans lies. */
  readonly journal: Journal;
  /** Reads the files that people import. */
  readonly tables: TableReader;
  /** Reads the business calendars that plans keep clear of. */
  readonly calendars: CalendarReader;
  /** Writes documents that people open in a spreadsheet. */
  readonly workbooks: Workbooks;
  readonly secrets: Secrets;
  readonly deadLetters: DeadLetters;
  /** Lines of an asset's item log (`ItemLogLine`), pass by pass; none where nothing was moved yet. */
  readonly itemLog: (cutoverId: string, assetId: string) => AsyncIterable<unknown>;
  /** Rows that a verification of databases found to differ (`RowDifference`); none behind any other report. */
  readonly differingRows: (cutoverId: string, report: DataReport) => AsyncIterable<unknown>;
  /** Templates that come with Causeway. */
  readonly templates: readonly Template[];
  /** What Azure Migrate has planned, to be imported. */
  readonly migrateProjects: MigrateProjects;
  readonly identity: HttpIdentity;
  /** Checks what this deployment needs. */
  readonly diagnose: () => Promise<Diagnosis>;
  readonly settings: HttpSettings;
}

/** By what callers may prove who they are. */
export interface HttpIdentity {
  /** Whether bearer tokens that Causeway gave out itself count. */
  readonly ownTokens: boolean;
  /** Where people and programs have accounts; null where no tenant is set up. */
  readonly provider: IdentityProvider | null;
}

export interface HttpSettings {
  /** Where people reach the service, with the scheme, without a trailing slash; known once the host listens. */
  publicUrl(): string;
  readonly version: string;
}
