import { MigrationError } from '../../shared/contracts/errors';
import type { Criticality, InventoryWorkload, TrackedItem } from '../../shared/contracts/planning/portfolio';
import type { RecordedPortfolio } from '../../shared/contracts/planning/records';
import type { Principal } from '../../shared/contracts/principal';
import { canonicalJson } from '../../shared/domain/canonical-json';
import { isSamePerson } from '../../shared/domain/same-person';
import type { ContentLedger } from '../../shared/ledger/content-ledger';
import { nowIso } from '../../shared/ledger/ledger';
import { changeInventoryWorkload } from '../../shared/ledger/portfolios';
import type { Stored } from '../../shared/ports/store';

/** Fields with an operation of their own, or that tell where the rest was read. */
const KEPT = ['criticalityConfirmed', 'tracked', 'sources'] as const;

/**
 * A person's correction in the place of what an import said, over the version that was read. `invalid-input` where it changes what
 * has an operation of its own. With another criticality nobody has agreed to it any more (R7).
 */
export const correctWorkload = (
  ledger: ContentLedger,
  principal: Principal,
  id: string,
  corrected: InventoryWorkload,
  version: string,
): Promise<{ readonly head: Stored<RecordedPortfolio>; readonly workload: InventoryWorkload }> =>
  changeInventoryWorkload(ledger, principal, id, corrected.id, version, (workload) => {
    for (const field of KEPT)
      if (canonicalJson(corrected[field]) !== canonicalJson(workload[field]))
        throw new MigrationError('invalid-input', 'is not changed here: send it as it was read', { field });
    const fields = Object.keys(corrected) as (keyof InventoryWorkload)[];
    const changed = fields.filter(
      (field) => canonicalJson(corrected[field] ?? null) !== canonicalJson(workload[field] ?? null),
    );
    const again = changed.includes('criticality') ? { criticalityConfirmed: null } : {};
    return {
      workload: { ...corrected, ...again },
      kind: 'corrected',
      summary: `Corrected ${corrected.id}: ${changed.join(', ') || 'nothing is different'}`,
    };
  });

/** `conflict` where the inventory has another criticality; `forbidden` for an owner whose workload it is not. Once is enough. */
export const confirmCriticality = (
  ledger: ContentLedger,
  principal: Principal,
  id: string,
  workloadId: string,
  criticality: Criticality,
): Promise<InventoryWorkload> =>
  stateOf(ledger, principal, id, workloadId, 'confirmed', (workload) => {
    const isTheirs = workload.owner !== null && isSamePerson(workload.owner, principal.name);
    if (!isTheirs && !principal.roles.includes('lead'))
      throw new MigrationError(
        'forbidden',
        `${workloadId} is owned by ${workload.owner ?? 'nobody yet'}, who answers for it`,
      );
    if (workload.criticality !== criticality)
      throw new MigrationError(
        'conflict',
        `the criticality of ${workloadId} is ${workload.criticality ?? 'unknown'}: correct it first`,
        { field: 'criticality' },
      );
    const confirmed = workload.criticalityConfirmed ?? { by: principal.name, at: nowIso(ledger) };
    return {
      stated: { criticalityConfirmed: confirmed },
      summary: `Confirmed that ${workloadId} is of ${criticality} criticality`,
    };
  });

/** Keeps what people say of a prerequisite or remediation. `invalid-input` for an exception without a reason. */
export const trackItem = async (
  ledger: ContentLedger,
  principal: Principal,
  id: string,
  workloadId: string,
  item: TrackedItem,
): Promise<InventoryWorkload> => {
  if (item.state === 'exception' && item.note === null)
    throw new MigrationError('invalid-input', 'is missing: say why the exception is granted', {
      field: 'note',
    });
  return stateOf(ledger, principal, id, workloadId, 'tracked', (workload) => {
    const others = workload.tracked.filter(({ key }) => key !== item.key);
    if (others.length >= 200) throw new MigrationError('conflict', `${workloadId} has 200 items already`);
    return {
      stated: { tracked: [...others, item].sort((a, b) => (a.key < b.key ? -1 : 1)) },
      summary: `${item.key} of ${workloadId} is ${item.state}${item.note === null ? '' : `: ${item.note}`}`,
    };
  });
};

/** What somebody states of a workload, whichever version of the portfolio they read. */
const stateOf = async (
  ledger: ContentLedger,
  principal: Principal,
  id: string,
  workloadId: string,
  kind: 'confirmed' | 'tracked',
  say: (workload: InventoryWorkload) => {
    readonly stated: Partial<InventoryWorkload>;
    readonly summary: string;
  },
): Promise<InventoryWorkload> => {
  const changed = await changeInventoryWorkload(ledger, principal, id, workloadId, null, (workload) => {
    const { stated, summary } = say(workload);
    return { workload: { ...workload, ...stated }, kind, summary };
  });
  return changed.workload;
};
