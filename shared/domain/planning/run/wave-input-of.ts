import type { PlanContent, PlannedWave } from '../../../contracts/planning/plan';
import { Role } from '../../../contracts/principal';
import type { InventoryWorkload } from '../../../contracts/planning/portfolio';
import { WaveInput } from '../../../contracts/wave';

export interface WaveRequest {
  readonly id: string;
  readonly planName: string;
  readonly settings: PlanContent['settings'];
  readonly wave: PlannedWave & { readonly dates: NonNullable<PlannedWave['dates']> };
  readonly workloads: readonly InventoryWorkload[];
  /** The wave whose review must let this one go (R68); null: none. */
  readonly afterWave: string | null;
  readonly changeTicket: string | null;
  /** It starts by itself at the begin of its window. */
  readonly isScheduled: boolean;
  /** Whom to call: a plan without a channel for emergencies has none, and cannot be run (R65 R85). */
  readonly escalationContact: string;
}

/** A wave of the plan as it is run: its window, blackouts and order are those of the plan (R39 R43). */
export const waveInputOf = (request: WaveRequest): WaveInput => {
  const { settings, wave, isScheduled } = request;
  const { window } = wave.dates;
  return WaveInput.parse({
    id: request.id,
    name: `${request.planName.slice(0, 180)}, wave ${wave.number}`,
    workloadIds: inOrderOfCutovers(wave, wave.dates),
    window,
    blackouts: settings.calendar.blackouts
      .filter(({ start, end }) => start < window.end && end > window.start)
      .slice(0, 200),
    maxConcurrentCutovers: settings.capacity.concurrentCutovers,
    scheduledStart: isScheduled ? window.start : null,
    changeTicket: request.changeTicket,
    afterWave: request.afterWave,
    stakeholders: stakeholdersOf(request),
    escalationContact: request.escalationContact,
  });
};

const inOrderOfCutovers = (wave: PlannedWave, { cutovers }: WaveRequest['wave']['dates']): string[] => {
  const starts = new Map(cutovers.map(({ workloadId, start }) => [workloadId, start]));
  const key = (id: string) => `${starts.get(id) ?? '~'} ${id}`;
  return [...wave.workloadIds].sort((a, b) => (key(a) < key(b) ? -1 : 1));
};

/** Those who sign in a role that Causeway knows, and the owners of what moves, each once. */
const stakeholdersOf = ({ settings, workloads }: WaveRequest): WaveInput['stakeholders'] => {
  const signing = settings.signatories.flatMap(({ name, role }) => {
    const known = Role.safeParse(role.toLowerCase());
    return known.success ? [{ name, role: known.data }] : [];
  });
  const owners = [...new Set(workloads.flatMap(({ owner }) => owner ?? []))].sort();
  const all = [...signing, ...owners.map((name) => ({ name, role: 'owner' as const }))];
  return [...new Map(all.map((each) => [`${each.name} ${each.role}`, each])).values()].slice(0, 200);
};
