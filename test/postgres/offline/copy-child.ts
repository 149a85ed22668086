// Copies a fenced database in a process of its own, to be killed: … copy-child.ts <CopyOrder as JSON>. Prints `begun`, then `ended <kind>`.
import { SqliteJournal } from '../../../shared/adapters/sqlite/sqlite-journal';
import type { PostgresAsset } from '../../../shared/contracts/postgres';
import { copyWhole } from './copy-whole';

export interface CopyOrder {
  readonly asset: PostgresAsset;
  readonly migrationId: string;
  readonly source: string;
  readonly target: string;
  readonly journal: string;
}

const order = JSON.parse(process.argv[2] ?? '') as CopyOrder;
process.stdout.write('begun\n');
copyWhole({
  ...order,
  journal: new SqliteJournal(order.journal),
  clock: { now: () => new Date() },
  claim: { epoch: 1, heartbeat: () => Promise.resolve(true), interrupted: () => Promise.resolve(false) },
  limits: () => Promise.resolve(order.asset.limits),
  progress: () => undefined,
}).then(
  ({ kind }) => process.stdout.write(`ended ${kind}\n`, () => process.exit(0)),
  (error: unknown) => {
    process.stderr.write(String(error));
    process.exit(1);
  },
);
