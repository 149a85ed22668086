import type { PlannedWave } from '../../../shared/contracts/planning/plan';
import { RefusedCall } from '../api-client';
import { approvePlan } from './approve-plan';
import type { PlanDesk } from './plan-desk';

/** Approved in writing, voided by an edit, approved anew: what runs is what somebody agreed to. */
export async function agreeOnPlan(desk: PlanDesk, waves: readonly PlannedWave[]): Promise<void> {
  const { client, lead, approver, shown, proof, view } = desk;
  const approved = await approvePlan(client, approver, await client.plan(lead), view);
  const stands = approved.approval?.contentHash === approved.contentHash;
  proof.check('The approval stands for the content', stands, `hash ${approved.contentHash.slice(0, 16)}…`);
  const last = waves.at(-1)?.workloadIds[0];
  if (last === undefined) throw new Error('The plan has no waves');
  const edited = await client.edit(lead, [
    { kind: 'exclude', workloadId: last, reason: 'It is shut down before its wave' },
  ]);
  shown.change(`Left out after the approval: ${last}`, edited);
  const { plan } = edited;
  proof.check(
    'The edit voids the approval',
    plan.approval === null && plan.contentHash !== approved.contentHash,
    `version ${plan.version} ${plan.approval === null ? 'is not approved' : 'still is approved'}`,
  );
  const refusal = await refusalOf(client.startWave(lead, 1, 'The demo tries it'));
  proof.check(
    'No wave starts from a plan that is not approved',
    refusal?.status === 409,
    refusal === null ? 'it started' : `refused with ${refusal.status}`,
  );
  await approvePlan(client, approver, await client.plan(lead), view);
}

const refusalOf = (call: Promise<unknown>): Promise<RefusedCall | null> =>
  call.then(
    () => null,
    (error: unknown) => {
      if (error instanceof RefusedCall) return error;
      throw error;
    },
  );
