import { sqlState } from '../connect/postgres-error';
import { ask, type Checked, type CheckedSide, type Finding, type Severity } from './checked-sides';

const OLDEST = 13;
const NEWEST = 18;
const MEBIBYTE = 2 ** 20;

type Raise = (
  code: Finding['code'],
  severity: Severity,
  subject: string,
  message: string,
  fixedBy: string,
) => Finding;

const raiser =
  ({ side }: CheckedSide): Raise =>
  (code, severity, subject, message, fixedBy) => ({ code, severity, side, subject, message, fixedBy });

/** Versions, settings and what is left of the servers' slots, senders and workers (R107). */
export async function checkServers(checked: Checked): Promise<Finding[]> {
  const { publisher, subscriber, method } = checked;
  const both = [publisher, subscriber].flatMap((side) => [
    ...version(side),
    ...writable(side, side === subscriber),
  ]);
  const findings = [...both, ...versionsTogether(checked)];
  if (method === 'offline') return findings;
  const follows = [...follower(checked), ...publisherRoom(checked)];
  return [
    ...findings,
    ...follows,
    ...walLevel(publisher),
    ...walLevel(subscriber),
    ...(await wal(checked)),
    reach(checked),
  ];
}

function version(checked: CheckedSide): Finding[] {
  const { major, version } = checked.facts;
  if (major >= OLDEST && major <= NEWEST) return [];
  const remedy =
    major < OLDEST ? 'Upgrade the server first.' : 'Use a release of Causeway that knows this version.';
  return [
    raiser(checked)(
      'version',
      'block',
      version,
      `PostgreSQL ${OLDEST} to ${NEWEST} is supported, not ${version}.`,
      remedy,
    ),
  ];
}

function versionsTogether({ publisher, subscriber, direction }: Checked): Finding[] {
  if (direction === 'back' || subscriber.facts.major >= publisher.facts.major) return [];
  const message = `The target is PostgreSQL ${subscriber.facts.major}, older than the source's ${publisher.facts.major}: its schema may not load there.`;
  return [
    raiser(subscriber)(
      'version',
      'block',
      subscriber.facts.version,
      message,
      `Choose ${publisher.facts.major} or newer.`,
    ),
  ];
}

function writable(checked: CheckedSide, isTarget: boolean): Finding[] {
  const raise = raiser(checked);
  const { standby, read_only } = checked.facts;
  if (standby)
    return [
      raise(
        'standby',
        'block',
        'server',
        'This server is a standby: nothing can be made in it.',
        'Name its primary.',
      ),
    ];
  if (!read_only) return [];
  const severity = isTarget ? 'block' : 'warn';
  const message = 'Sessions start read-only here: writers are refused, and so may be what applies changes.';
  return [
    raise(
      'read-only',
      severity,
      'default_transaction_read_only',
      message,
      'Set default_transaction_read_only to off.',
    ),
  ];
}

/** Both sides: the target's changes flow back after the switch. */
function walLevel(checked: CheckedSide): Finding[] {
  if (checked.facts.wal_level === 'logical') return [];
  const message = `wal_level is ${checked.facts.wal_level}: changes can't be followed.`;
  const remedy =
    'Set wal_level = logical and restart the server (Azure: server parameter; Amazon: rds.logical_replication; Google: cloudsql.logical_decoding).';
  return [raiser(checked)('wal-level', 'block', 'wal_level', message, remedy)];
}

function publisherRoom({ publisher, limits }: Checked): Finding[] {
  const raise = raiser(publisher);
  const needed = 1 + limits.copyWorkers;
  const { free_slots, free_senders } = publisher.facts;
  const findings: Finding[] = [];
  if (free_slots < needed)
    findings.push(
      raise(
        'replication-slots',
        'block',
        'max_replication_slots',
        few(needed, free_slots, 'replication slots'),
        raiseIt('max_replication_slots', needed - free_slots),
      ),
    );
  if (free_senders < needed)
    findings.push(
      raise(
        'wal-senders',
        'block',
        'max_wal_senders',
        few(needed, free_senders, 'WAL senders'),
        raiseIt('max_wal_senders', needed - free_senders),
      ),
    );
  if (publisher.facts.free_workers < 1)
    findings.push(
      raise(
        'replication-workers',
        'block',
        'max_logical_replication_workers',
        few(1, publisher.facts.free_workers, 'workers, with which it follows after the switch,'),
        raiseIt('max_logical_replication_workers', 1),
      ),
    );
  return findings;
}

function follower({ subscriber, limits }: Checked): Finding[] {
  const raise = raiser(subscriber);
  const needed = 1 + limits.copyWorkers;
  const { free_slots, free_origins, free_senders, free_workers, sync_workers } = subscriber.facts;
  const findings: Finding[] = [];
  if (free_slots < 1)
    findings.push(
      raise(
        'replication-slots',
        'block',
        'max_replication_slots',
        few(1, free_slots, 'replication slots, for the way back,'),
        raiseIt('max_replication_slots', 1),
      ),
    );
  else if (free_origins < needed)
    findings.push(
      raise(
        'replication-slots',
        'block',
        'replication origins',
        few(needed, free_origins, 'replication origins'),
        raiseIt(
          subscriber.facts.major >= 18 ? 'max_active_replication_origins' : 'max_replication_slots',
          needed - free_origins,
        ),
      ),
    );
  if (free_senders < 1)
    findings.push(
      raise(
        'wal-senders',
        'block',
        'max_wal_senders',
        few(1, free_senders, 'WAL senders, for the way back,'),
        raiseIt('max_wal_senders', 1),
      ),
    );
  if (free_workers < needed)
    findings.push(
      raise(
        'replication-workers',
        'block',
        'max_logical_replication_workers',
        few(needed, free_workers, 'replication workers'),
        raiseIt('max_logical_replication_workers and max_worker_processes', needed - free_workers),
      ),
    );
  if (sync_workers < limits.copyWorkers)
    findings.push(
      raise(
        'replication-workers',
        'warn',
        'max_sync_workers_per_subscription',
        `Only ${sync_workers} tables are copied at a time, not ${limits.copyWorkers}.`,
        `Set max_sync_workers_per_subscription to ${limits.copyWorkers}.`,
      ),
    );
  return findings;
}

const few = (needed: number, free: number, what: string): string =>
  `${needed} ${what} are needed and ${Math.max(0, free)} are free.`;

const raiseIt = (setting: string, by: number): string =>
  `Raise ${setting} by ${by} at least and restart the server.`;

/** What the server that serves keeps for the follower while that is away. */
async function wal({ publisher, limits }: Checked): Promise<Finding[]> {
  const raise = raiser(publisher);
  const { slot_wal_limit_mb, database_bytes } = publisher.facts;
  const limit = slot_wal_limit_mb * MEBIBYTE;
  const findings: Finding[] = [];
  if (limit >= 0 && limit < limits.walAbortBytes) {
    const severity = limit < limits.walAlarmBytes ? 'block' : 'warn';
    const message = `The server throws a slot away once it keeps ${inMebibytes(limit)} for it; Causeway gives up at ${inMebibytes(limits.walAbortBytes)} only.`;
    findings.push(
      raise(
        'slot-wal-limit',
        severity,
        'max_slot_wal_keep_size',
        message,
        `Set max_slot_wal_keep_size to ${inMebibytes(limits.walAbortBytes)} or more, or lower walAbortBytes.`,
      ),
    );
  }
  const [used] = await ask<{ bytes: number }>(publisher.client, 'wal-size').catch(withoutRight);
  const known = used === undefined ? '' : ` Write-ahead log has ${inMebibytes(used.bytes)} on disk now.`;
  const message = `What is changed while the follower is away stays on this server's disk, ${inMebibytes(limits.walAbortBytes)} at most; SQL doesn't tell how much of it is free.${known}`;
  const remedy = `Make sure that ${inMebibytes(limits.walAbortBytes)} are free (the database has ${inMebibytes(database_bytes)}), or lower walAbortBytes.`;
  return [...findings, raise('wal-disk', 'warn', 'disk', message, remedy)];
}

/** Not everybody may look. */
function withoutRight(error: unknown): [] {
  if (sqlState(error) !== '42501') throw error;
  return [];
}

const inMebibytes = (bytes: number): string => `${Math.round(bytes / MEBIBYTE)} MiB`;

function reach({ publisher, subscriber }: Checked): Finding {
  const message = `This server itself connects to the ${publisher.side}'s; whether its network lets it can't be tried from here.`;
  const remedy = `Open the way from the ${subscriber.side} server to the ${publisher.side}'s port (firewall, private endpoint, DNS); starting replication shows whether it is.`;
  return raiser(subscriber)('reach', 'warn', 'network', message, remedy);
}
