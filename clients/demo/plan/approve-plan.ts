import type { PlanHead } from '../../../shared/contracts/planning/plan';
import type { Person } from '../api-client';
import type { View } from '../events';
import type { PlanningClient } from './planning-client';

/** Has the approver agree to exactly this content; where nobody can be asked, they do. Throws where they reject it. */
export async function approvePlan(
  client: Pick<PlanningClient, 'approve'>,
  approver: Person,
  { id, version, contentHash }: Pick<PlanHead, 'id' | 'version' | 'contentHash'>,
  { emit, ask }: Pick<View, 'emit' | 'ask'>,
): Promise<PlanHead> {
  const question = `Approve version ${version}, the content with the hash ${contentHash.slice(0, 16)}…?`;
  const gate = { gate: `plan:${id}`, subject: `plan ${id}`, kind: 'approval', question };
  emit({ event: 'gate', ...gate, choices: ['approve', 'reject'], roles: [approver.role] });
  const typed =
    ask === null ? '' : await ask(`    As ${approver.name} (${approver.role}): APPROVE / reject? `);
  const isRejected = typed.trim().toLowerCase().startsWith('r');
  const reason = ask === null ? 'Agreed for the demo: approve' : 'Decided at the terminal';
  const choice = isRejected ? 'reject' : 'approve';
  emit({
    event: 'decision',
    gate: gate.gate,
    by: `${approver.name} (${approver.role})`,
    choice,
    reason,
  });
  if (isRejected) throw new Error(`${approver.name} did not approve version ${version} of the plan`);
  return client.approve(approver, contentHash, reason);
}
