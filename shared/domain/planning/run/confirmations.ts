import type { PlanHead, PlannedWave } from '../../../contracts/planning/plan';
import type { WaveConfirmations } from '../../../contracts/planning/confirmations';
import { isSamePerson } from '../../same-person';

/** Who has agreed to a wave, and which owners of its workloads have still to (R62). Owners that nobody has named are no one's to ask. */
export function confirmationsOf(
  { confirmations }: Pick<PlanHead, 'confirmations'>,
  { number, workloadIds }: Pick<PlannedWave, 'number' | 'workloadIds'>,
  ownerOf: (workloadId: string) => string | null,
): WaveConfirmations {
  const by = confirmations.filter(({ wave }) => wave === number).map((given) => given.by);
  const owners = [...new Set(workloadIds.flatMap((id) => ownerOf(id) ?? []))].sort();
  const missing = owners.filter((owner) => !by.some((name) => isSamePerson(name, owner)));
  return { wave: number, by, missing };
}
