import type { Finding, Severity } from './checked-sides';

/** What is said about everything of one sort that a query finds; where nothing is said of a method, it doesn't matter there. */
export interface ObjectFinding {
  readonly online?: Severity;
  readonly offline?: Severity;
  /** Also looked for on the side that follows. */
  readonly bothSides?: boolean;
  readonly message: (detail: string) => string;
  readonly fixedBy: string;
}

const NOTHING = 'Nothing need be done.';

export const OBJECT_FINDINGS: Readonly<Partial<Record<Finding['code'], ObjectFinding>>> = {
  'table-without-key': {
    online: 'block',
    message: () => 'It has no key to find rows by: once it is published, UPDATE and DELETE fail.',
    fixedBy:
      'Add a primary key, or ALTER TABLE … REPLICA IDENTITY USING INDEX of a unique index over columns that are not null, or FULL.',
  },
  'replica-identity-full': {
    online: 'warn',
    message: () => 'Each changed row is looked for by all of its columns: slow in large tables.',
    fixedBy: 'Add a primary key, then ALTER TABLE … REPLICA IDENTITY DEFAULT.',
  },
  'large-object': {
    online: 'block',
    offline: 'note',
    message: (detail) => `There are large objects, ${detail}; replication doesn't carry them.`,
    fixedBy: 'Move the database offline, or turn them into bytea columns.',
  },
  'unlogged-table': {
    online: 'block',
    offline: 'note',
    message: () => 'Unlogged tables are not in the write-ahead log: their changes can’t be followed.',
    fixedBy: 'ALTER TABLE … SET LOGGED, or move the database offline.',
  },
  'foreign-table': {
    online: 'warn',
    offline: 'warn',
    message: (server) =>
      `Its rows are at the foreign server ${server} and stay there; passwords of user mappings may not move.`,
    fixedBy: 'See that the target reaches that server, and set the user mappings there.',
  },
  'partitioned-table': {
    online: 'note',
    offline: 'note',
    message: (partitions) =>
      `It has ${partitions}; each is moved as a table. New ones can’t be made while it moves.`,
    fixedBy: 'Make the partitions of the coming days beforehand.',
  },
  'row-security': {
    online: 'block',
    offline: 'block',
    bothSides: true,
    message: () => 'Row security hides rows of it from whoever is connected: they would not be moved.',
    fixedBy: 'Connect as its owner without FORCE ROW LEVEL SECURITY, or as a role with BYPASSRLS.',
  },
  'invalid-index': {
    online: 'warn',
    offline: 'warn',
    message: () => 'This index is not valid, and not made on the target.',
    fixedBy: 'REINDEX or DROP INDEX.',
  },
  view: {
    online: 'note',
    offline: 'note',
    message: () => 'Views are made with the schema.',
    fixedBy: NOTHING,
  },
  'materialised-view': {
    online: 'note',
    offline: 'note',
    message: () =>
      'Its contents are computed on the target: after the copy, and where it moves online anew before users are sent there.',
    fixedBy: NOTHING,
  },
  sequence: {
    online: 'note',
    offline: 'note',
    message: () => 'Replication doesn’t carry its value: it is set in the switch, with a margin.',
    fixedBy: NOTHING,
  },
  'identity-column': {
    online: 'note',
    offline: 'note',
    message: () => 'Values are copied; the sequence behind it is set in the switch, with a margin.',
    fixedBy: NOTHING,
  },
  'generated-column': {
    online: 'note',
    offline: 'note',
    message: (expression) =>
      `Computed anew on the target, from ${expression}: equal only as far as functions in it are.`,
    fixedBy: NOTHING,
  },
  'trigger-on-apply': {
    online: 'block',
    message: (mode) =>
      `It is enabled as ${mode}, so it would act again on the target for every replicated change.`,
    fixedBy: 'ALTER TABLE … ENABLE TRIGGER (as usual), or DISABLE it until replication has ended.',
  },
  'event-trigger': {
    online: 'warn',
    offline: 'warn',
    message: (event) =>
      `It acts at ${event}, also on what the migration does; making it on the target takes a superuser.`,
    fixedBy: 'Disable it while the database moves, or see that it bears that.',
  },
  rule: {
    online: 'warn',
    message: () => 'Rules don’t act on replicated changes: what it adds at the source is carried as rows.',
    fixedBy: NOTHING,
  },
  'large-value': {
    online: 'warn',
    offline: 'warn',
    message: (size) =>
      `Its values are large, about ${size} a row: each is held in memory whole, several times over.`,
    fixedBy:
      'See that both servers and the worker have memory for the largest; above 500 MB of bytea a row can’t be moved as text.',
  },
  'prepared-transaction': {
    online: 'block',
    offline: 'block',
    message: (detail) => `It was prepared ${detail} and holds its locks until it is ended.`,
    fixedBy: 'COMMIT PREPARED or ROLLBACK PREPARED.',
  },
  'long-transaction': {
    online: 'warn',
    offline: 'warn',
    message: (detail) =>
      `Its transaction is long (${detail}): a slot can’t be made, and a switch can’t begin, before it ends.`,
    fixedBy: 'Let it end, or end it.',
  },
  'temporary-table': {
    online: 'warn',
    offline: 'warn',
    message: () => 'Temporary tables end with their session, and sessions end with the switch.',
    fixedBy: 'See that the application makes it again when it connects.',
  },
  'other-subscription': {
    online: 'warn',
    bothSides: true,
    message: (publications) => `Somebody else’s subscription (to ${publications}) writes into this database.`,
    fixedBy: 'Drop it, or see that its tables are not among those that move.',
  },
  'left-over': {
    online: 'warn',
    bothSides: true,
    message: () => 'It belongs to another migration by Causeway, under way or left behind.',
    fixedBy:
      'Cancel that migration, or drop it by hand; a slot keeps write-ahead log as long as it is there.',
  },
};
