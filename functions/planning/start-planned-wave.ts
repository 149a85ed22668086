import { MigrationError } from '../../shared/contracts/errors';
import type { PlanContent, PlannedWave } from '../../shared/contracts/planning/plan';
import type { StartInput } from '../../shared/contracts/planning/plan-input';
import type { Classification } from '../../shared/contracts/planning/classification';
import type { InventoryWorkload, Portfolio } from '../../shared/contracts/planning/portfolio';
import type { RecordedPlan } from '../../shared/contracts/planning/records';
import type { Principal } from '../../shared/contracts/principal';
import type { Wave } from '../../shared/contracts/wave';
import { WorkloadInput } from '../../shared/contracts/workload';
import { canonicalJson } from '../../shared/domain/canonical-json';
import { executionHashOf } from '../../shared/domain/planning/classify/classify';
import { waveForecastOf } from '../../shared/domain/planning/lessons/wave-forecast-of';
import { trackedRemediations } from '../../shared/domain/planning/readiness/tracked-remediations';
import { confirmationsOf } from '../../shared/domain/planning/run/confirmations';
import { plannedWaveId } from '../../shared/domain/planning/run/planned-wave-id';
import { waveInputOf } from '../../shared/domain/planning/run/wave-input-of';
import { workloadInputOf, type MissingPart } from '../../shared/domain/planning/run/workload-input-of';
import type { ContentLedger } from '../../shared/ledger/content-ledger';
import { wavePartition, waveType, workloadPartition, workloadType } from '../../shared/ledger/documents';
import { refuseWhatIsInTheWay } from '../../shared/ledger/in-the-way';
import { keepForecast } from '../../shared/ledger/lessons';
import { noteStart } from '../../shared/ledger/plan-approval';
import { planContentOf, readPlan } from '../../shared/ledger/plans';
import { inventoryWorkload, portfolioContent, readPortfolio } from '../../shared/ledger/portfolios';
import { startWave } from '../../shared/ledger/wave-actions';
import { createWave, readWave } from '../../shared/ledger/waves';
import { saveWorkload } from '../../shared/ledger/workloads';

export type StartOutcome =
  | { readonly kind: 'started'; readonly wave: Wave }
  /** Everything that is to be supplied first, not only the first of it. */
  | { readonly kind: 'incomplete'; readonly missing: readonly MissingPart[] };

/** `now`, or by itself at the begin of its window. */
export type When = 'now' | 'scheduled';

interface Start {
  readonly ledger: ContentLedger;
  readonly principal: Principal;
  readonly plan: RecordedPlan;
  readonly content: PlanContent;
  readonly wave: PlannedWave;
  readonly waveId: string;
}

/**
 * Makes a wave of the plan one that runs: its workloads as the inventory and the plan have them, the wave with its window, blackouts
 * and order, and starts it (R39). Asked again it goes on where it was cut off, and has one effect. `conflict` where the plan is not
 * approved as it stands (R63), or an earlier wave has not been let through (R68).
 */
export const startPlannedWave = async (
  ledger: ContentLedger,
  principal: Principal,
  planId: string,
  number: number,
  when: When,
  input: StartInput,
): Promise<StartOutcome> => {
  const { body: plan } = await readPlan(ledger, planId);
  const content = await planContentOf(ledger, plan);
  const wave = content.waves.find((each) => each.number === number);
  if (wave === undefined) throw new MigrationError('not-found', `plan ${planId} has no wave ${number}`);
  const waveId = plan.started[number] ?? plannedWaveId(planId, number);
  const start: Start = { ledger, principal, plan, content, wave, waveId };
  const isMade = (await ledger.store.read(waveType, wavePartition(waveId), waveId)) !== null;
  if (isMade && plan.started[number] === undefined)
    throw new MigrationError('conflict', `there is a wave ${waveId} already, which is not of this plan`);
  if (!isMade) {
    const missing = await makeWave(start, when, input);
    if (missing.length > 0) return { kind: 'incomplete', missing };
  }
  if (when === 'now') await startWave(ledger, principal, waveId, input.reason);
  return { kind: 'started', wave: (await readWave(ledger, waveId)).body };
};

const makeWave = async (start: Start, when: When, input: StartInput): Promise<readonly MissingPart[]> => {
  const { ledger, principal, plan, content, wave, waveId } = start;
  if (plan.approval?.contentHash !== plan.contentHash)
    throw new MigrationError('conflict', `plan ${plan.id} is not approved as it stands`);
  const afterWave = await waveBefore(start, when);
  const { body: portfolio } = await readPortfolio(ledger, plan.portfolioId);
  const inventory = await portfolioContent(ledger, portfolio);
  const { inputs, missing } = workloadsOf(start, inventory);
  const { dates } = wave;
  const { emergencyChannel } = content.settings;
  const ownerOf = (id: string) => inventoryWorkload(inventory, plan.portfolioId, id).owner;
  const { by, missing: unconfirmed } = confirmationsOf(plan, wave, ownerOf);
  const awaited = content.settings.confirmations === 'required' ? unconfirmed : [];
  if (missing.length > 0 || awaited.length > 0 || dates === null || emergencyChannel === null)
    return [...missing, ...missingOfWave(start), ...missingConfirmations(wave, by, awaited)];
  await refuseWhatIsInTheWay(ledger, waveId, inputs.map(asWorkload));
  await noteStart(ledger, principal, plan.id, wave.number, waveId, plan.contentHash, unconfirmed);
  for (const workload of inputs) await keepWorkload(start, workload);
  await keepForecast(ledger, waveId, waveForecastOf(plan, content, wave));
  const waveInput = waveInputOf({
    id: waveId,
    planName: plan.name,
    settings: content.settings,
    wave: { ...wave, dates },
    workloads: wave.workloadIds.map((id) => inventoryWorkload(inventory, plan.portfolioId, id)),
    afterWave,
    changeTicket: input.changeTicket,
    isScheduled: when === 'scheduled',
    escalationContact: emergencyChannel.slice(0, 200),
  });
  await createWave(ledger, principal, waveInput, [...plan.editors, ...portfolio.editors]);
  return [];
};

const missingOfWave = ({ wave, content }: Start): MissingPart[] => [
  ...(wave.dates === null
    ? [
        {
          workloadId: '',
          field: `waves.${wave.number}.dates`,
          value: 'absent',
          expected: 'is missing: no legal date was found',
        },
      ]
    : []),
  ...(content.settings.emergencyChannel === null
    ? [
        {
          workloadId: '',
          field: 'settings.emergencyChannel',
          value: 'absent',
          expected: 'is missing: say whom to call for critical issues',
        },
      ]
    : []),
];

const missingConfirmations = (
  { number }: PlannedWave,
  by: readonly string[],
  awaited: readonly string[],
): MissingPart[] =>
  awaited.length === 0
    ? []
    : [
        {
          workloadId: '',
          field: `waves.${number}.confirmations`,
          value: by.length === 0 ? 'absent' : by.join(', '),
          expected: `must have been confirmed by ${awaited.join(', ')}`,
        },
      ];

/** What is in the way looks at ids and targets alone. */
const asWorkload = (input: WorkloadInput) => ({ ...input, createdAt: '', updatedAt: '' });

const workloadsOf = (
  { ledger, content, wave, plan }: Start,
  inventory: Portfolio,
): { inputs: WorkloadInput[]; missing: MissingPart[] } => {
  const today = ledger.clock.now().toISOString().slice(0, 10);
  const inputs: WorkloadInput[] = [];
  const missing: MissingPart[] = [];
  for (const id of wave.workloadIds) {
    const workload = inventoryWorkload(inventory, plan.portfolioId, id);
    const classification = content.classifications.find(({ workloadId }) => workloadId === id);
    if (classification === undefined)
      throw new MigrationError('internal', `plan ${plan.id} does not classify ${id}`);
    const outgoing = inventory.connections.filter(({ from }) => from === id);
    const found = workloadInputOf(workload, classification, trackedRemediations(workload, outgoing, today));
    if (found.kind === 'runnable') {
      refuseWhatNobodyApproved(plan, workload, classification);
      inputs.push(found.input);
    } else missing.push(...found.missing);
  }
  return { inputs, missing };
};

/** The content that was approved holds a hash of what runs. The wave's own go or no-go then shows all of it. */
const refuseWhatNobodyApproved = (
  { id, version }: RecordedPlan,
  workload: InventoryWorkload,
  { executionHash }: Pick<Classification, 'executionHash'>,
): void => {
  if (executionHashOf(workload).executionHash === executionHash) return;
  throw new MigrationError(
    'conflict',
    `what runs of ${workload.id} (its execution) is not what version ${version} of plan ${id} was approved with: replan it, and have it approved`,
    { field: `${workload.id}.execution` },
  );
};

/** As the plan has it; what people have recorded of its readiness at the workload itself stays. */
const keepWorkload = async ({ ledger, principal }: Start, input: WorkloadInput): Promise<void> => {
  const stored = await ledger.store.read(workloadType, workloadPartition(input.id), input.id);
  if (stored === null) {
    await saveWorkload(ledger, principal, input, null);
    return;
  }
  const known = new Set(input.readiness.map(({ key }) => key));
  const readiness = [...input.readiness, ...stored.body.readiness.filter(({ key }) => !known.has(key))];
  const wanted = { ...input, readiness };
  if (canonicalJson(WorkloadInput.parse(stored.body)) === canonicalJson(wanted)) return;
  await saveWorkload(ledger, principal, wanted, stored.version);
};

/**
 * The running wave whose review lets this one go (R68); null for the first. Waves of one team follow each other. All that have to end
 * before must have; of one that starts by itself later, the last of them may still be under way.
 */
const waveBefore = async ({ ledger, plan, content, wave }: Start, when: When): Promise<string | null> => {
  const follows = content.settings.capacity.teams === 1 && wave.number > 1 ? [wave.number - 1] : [];
  const before = [...new Set([...wave.after, ...follows])].sort((a, b) => a - b);
  const last = before.at(-1);
  for (const number of before) {
    const id = plan.started[number];
    const stored = id === undefined ? null : await ledger.store.read(waveType, wavePartition(id), id);
    const mayBeOpen = when === 'scheduled' && number === last && stored !== null;
    if (stored?.body.nextMayProceed !== true && !mayBeOpen)
      throw new MigrationError(
        'conflict',
        `wave ${wave.number} comes after wave ${number}, which has ${stored === null ? 'not started' : 'not been reviewed and let through'}`,
      );
  }
  return last === undefined ? null : (plan.started[last] ?? null);
};
