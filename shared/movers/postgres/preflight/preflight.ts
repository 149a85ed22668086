import type { Client } from 'pg';
import type { PreflightReport } from '../../../contracts/postgres';
import { openClient } from '../connect/open-client';
import { asMigrationError } from '../connect/postgres-error';
import type { Direction } from '../postgres-context';
import { fingerprintOf } from '../schema/compare-catalogues';
import { movedSchemas, readCatalogue } from '../schema/read-catalogue';
import { checkDifferences } from './check-differences';
import { checkObjects } from './check-objects';
import { checkRights } from './check-rights';
import { checkServers } from './check-servers';
import {
  ask,
  serverFacts,
  type Checked,
  type CheckedSide,
  type Finding,
  type Method,
  type PreflightContext,
} from './checked-sides';

const FINDINGS_OF_A_CODE = 20;
const SEVERITIES: readonly Finding['severity'][] = ['block', 'warn', 'note'];

/**
 * Looks at both databases and says what stands in the way of moving one to the other, or of coming back. Changes nothing: both
 * sessions are read-only. Throws where one of them can't be reached.
 */
export async function preflight(
  context: PreflightContext,
  direction: Direction,
  method: Method = 'online',
): Promise<PreflightReport> {
  const source = await openClient(context.source, { name: 'preflight', readOnly: true });
  try {
    const target = await openClient(context.target, { name: 'preflight', readOnly: true });
    try {
      return await reportOf(context, { source, target }, direction, method);
    } finally {
      await target.end();
    }
  } catch (error) {
    throw asMigrationError(error);
  } finally {
    await source.end();
  }
}

async function reportOf(
  context: PreflightContext,
  clients: { readonly source: Client; readonly target: Client },
  direction: Direction,
  method: Method,
): Promise<PreflightReport> {
  const side = async (name: 'source' | 'target'): Promise<CheckedSide> => ({
    ...{ side: name, client: clients[name], facts: await serverFacts(clients[name]) },
  });
  const [source, target] = [await side('source'), await side('target')];
  const [publisher, subscriber] = direction === 'forward' ? [source, target] : [target, source];
  const schemas = await movedSchemas(publisher.client, context.asset.schemas);
  const limits = await context.limits();
  const checked: Checked = { publisher, subscriber, direction, method, schemas, limits, context };
  const catalogue = await readCatalogue(publisher.client, schemas);
  const findings = [
    ...(await checkServers(checked)),
    ...(await checkRights(checked)),
    ...(await checkObjects(checked)),
    ...(await checkDifferences(checked, catalogue)),
  ];
  const [size] = await ask<{ tables: number; bytes: number }>(publisher.client, 'move-size', [schemas]);
  return {
    direction,
    method,
    checkedAt: context.clock.now().toISOString(),
    versions: { source: source.facts.version, target: target.facts.version },
    tables: size?.tables ?? 0,
    sizeBytes: size?.bytes ?? 0,
    fingerprint: fingerprintOf(catalogue, 'exact'),
    findings: inOrder(findings),
  };
}

/** Blocking ones first; of many alike, the first and how many more there are. */
function inOrder(findings: readonly Finding[]): Finding[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    // A right that is missing on a thousand tables is one right.
    const right = finding.code === 'right-missing' ? finding.subject.split(':', 1)[0] : '';
    const key = `${SEVERITIES.indexOf(finding.severity)} ${finding.code} ${finding.side} ${right}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  const sorted = [...groups.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sorted.flatMap(([, group]) => firstOf(group));
}

function firstOf(group: readonly Finding[]): Finding[] {
  const [first] = group;
  if (first === undefined || group.length <= FINDINGS_OF_A_CODE) return [...group];
  const more = group.length - FINDINGS_OF_A_CODE + 1;
  const [right] = first.code === 'right-missing' ? first.subject.split(':', 1) : [];
  const subject = `${right === undefined ? '' : `${right}: `}and ${more} more`;
  return [...group.slice(0, FINDINGS_OF_A_CODE - 1), { ...first, subject }];
}
