import { MigrationError } from '../contracts/errors';
import type { RecordedPlan } from '../contracts/planning/records';
import type { Principal } from '../contracts/principal';
import { isSamePerson } from '../domain/same-person';
import { planPartition, planType } from './documents';
import { nowIso, type Ledger } from './ledger';
import { findPortfolio } from './portfolios';
import { readPlan } from './plans';
import { changeSubject, type Change } from './record';

/** `approver` of exactly this content, in writing (R63). */
export interface ApprovalInput {
  readonly contentHash: string;
  readonly reason: string;
}

/**
 * Approves a plan as it stands. `conflict` where the hash is that of other content or the plan has errors; `forbidden` for everyone
 * who shaped the plan or its portfolio (R64). The same approval again changes nothing.
 */
export const approvePlan = async (
  ledger: Ledger,
  principal: Pick<Principal, 'name'>,
  id: string,
  { contentHash, reason }: ApprovalInput,
): Promise<RecordedPlan> => {
  await changePlan(ledger, id, async (plan, now) => {
    if (plan.contentHash !== contentHash)
      throw new MigrationError(
        'conflict',
        `plan ${id} has other content now, with the hash ${plan.contentHash}: look at it again`,
        { field: 'contentHash' },
      );
    if (plan.errors > 0)
      throw new MigrationError(
        'conflict',
        `plan ${id} has ${plan.errors} ${plan.errors === 1 ? 'error' : 'errors'}: see its problems`,
      );
    const portfolio = await findPortfolio(ledger, plan.portfolioId);
    const shapers = [...plan.editors, ...(portfolio?.body.editors ?? [])];
    if (shapers.some((name) => isSamePerson(name, principal.name)))
      throw new MigrationError('forbidden', 'whoever shaped the plan or its portfolio may not approve it');
    if (plan.approval?.by === principal.name && plan.approval.contentHash === contentHash) return null;
    const { name: by } = principal;
    const facts = { contentHash, version: plan.version, reason };
    return {
      body: { ...plan, approval: { by, at: now, contentHash, reason } },
      log: [
        {
          kind: 'plan.approved',
          actor: by,
          summary: `Approved version ${plan.version} of plan ${id}: ${reason}`.slice(0, 4_000),
          facts,
        },
      ],
      events: [{ type: 'plan.approved', data: { planId: id, by, ...facts } }],
    };
  });
  return (await readPlan(ledger, id)).body;
};

/** A stakeholder agrees to a wave's workloads, dates and durations (R62). Once a person; `not-found` where there is no such wave. */
export const confirmPlannedWave = async (
  ledger: Ledger,
  principal: Pick<Principal, 'name'>,
  id: string,
  wave: number,
  contentHash: string,
): Promise<RecordedPlan> => {
  await changePlan(ledger, id, (plan, now) => {
    if (plan.contentHash !== contentHash)
      throw new MigrationError(
        'conflict',
        `plan ${id} has other content now, with the hash ${plan.contentHash}: look at it again`,
        { field: 'contentHash' },
      );
    if (wave > plan.waves) throw new MigrationError('not-found', `plan ${id} has no wave ${wave}`);
    const { name: by } = principal;
    if (plan.confirmations.some((given) => given.wave === wave && given.by === by)) return null;
    const facts = { wave, version: plan.version, contentHash };
    return {
      body: { ...plan, confirmations: [...plan.confirmations, { by, at: now, wave }] },
      log: [
        {
          kind: 'plan.confirmed',
          actor: by,
          summary: `Confirmed wave ${wave} of version ${plan.version} of plan ${id}`,
          facts,
        },
      ],
      events: [{ type: 'plan.confirmed', data: { planId: id, by, ...facts } }],
    };
  });
  return (await readPlan(ledger, id)).body;
};

/**
 * Notes that a wave of the plan becomes this wave that runs; from now on the plan keeps it as it is. Noted before anything is made, so
 * that a repetition goes on where the first left off. `unconfirmed`: owners who have not confirmed it (R62). `conflict` where the approval is not of the plan's present content.
 */
export const noteStart = (
  ledger: Ledger,
  principal: Pick<Principal, 'name'>,
  id: string,
  wave: number,
  waveId: string,
  contentHash: string,
  unconfirmed: readonly string[] = [],
): Promise<void> =>
  changePlan(ledger, id, (plan) => {
    if (plan.started[wave] === waveId) return null;
    if (plan.contentHash !== contentHash || plan.approval?.contentHash !== contentHash)
      throw new MigrationError('conflict', `plan ${id} has changed since it was read, or is not approved`);
    const { name: by } = principal;
    const facts = { wave, waveId, contentHash, unconfirmed: [...unconfirmed] };
    return {
      body: { ...plan, started: { ...plan.started, [wave]: waveId } },
      log: [
        {
          kind: 'plan.wave-started',
          actor: by,
          summary:
            `Wave ${wave} of plan ${id} becomes wave ${waveId}${unconfirmed.length === 0 ? '' : `; not confirmed by ${unconfirmed.join(', ')}`}`.slice(
              0,
              4_000,
            ),
          facts,
        },
      ],
      events: [{ type: 'plan.wave-started', data: { planId: id, by, ...facts } }],
    };
  });

const changePlan = (
  ledger: Ledger,
  id: string,
  decide: (
    plan: RecordedPlan,
    now: string,
  ) => Promise<Change<RecordedPlan> | null> | Change<RecordedPlan> | null,
): Promise<void> =>
  changeSubject<RecordedPlan, void>(
    ledger.store,
    planType,
    planPartition(id),
    id,
    () => nowIso(ledger),
    async ({ body }, now) => ({ change: await decide(body, now), result: undefined }),
  );
