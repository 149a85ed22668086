import { namesOf } from '../replication/names';
import { ask, type Checked, type CheckedSide, type Finding } from './checked-sides';
import { OBJECT_FINDINGS } from './object-findings';

interface Found {
  readonly code: Finding['code'];
  readonly subject: string;
  readonly detail: string;
}

/** What is in the databases and matters to the move; what goes on in the one that serves. */
export async function checkObjects(checked: Checked): Promise<Finding[]> {
  const { publisher, subscriber } = checked;
  const there = (await lookAt(checked, publisher)).map((found) => told(checked, publisher, found));
  const follows = await lookAt(checked, subscriber);
  const both = follows.filter(({ code }) => OBJECT_FINDINGS[code]?.bothSides);
  return [...there, ...both.map((found) => told(checked, subscriber, found))].filter(
    (finding) => finding !== null,
  );
}

async function lookAt({ schemas, limits, context }: Checked, { client }: CheckedSide): Promise<Found[]> {
  const own = namesOf(context.migrationId).slot('forward').replace(/_fwd$/u, '');
  const tables = await ask<Found>(client, 'tables', [schemas]);
  return [...tables, ...(await ask<Found>(client, 'database', [own, limits.longTransactionMs]))];
}

function told({ method }: Checked, { side }: CheckedSide, { code, subject, detail }: Found): Finding | null {
  const finding = OBJECT_FINDINGS[code];
  const severity = finding?.[method];
  if (finding === undefined || severity === undefined) return null;
  return {
    code,
    severity,
    side,
    subject,
    message: finding.message(detail.slice(0, 500)),
    fixedBy: finding.fixedBy,
  };
}
