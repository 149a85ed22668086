import type { Principal } from '../contracts/principal';
import type { Wave } from '../contracts/wave';
import { checkGuards } from '../domain/guards';
import { itineraryFor } from '../domain/itinerary-for';
import { planHash } from '../domain/plan-hash';
import { waveType } from './documents';
import { eachOf } from './each-of';
import { whatIsInTheWay } from './in-the-way';
import type { Ledger } from './ledger';
import { holdWave, startWave } from './wave-actions';
import { readWave, workloadsOf } from './waves';

/**
 * Starts what is due (R39) and holds it where window, blackout or change ticket do not fit; once each, also when the process
 * was down at the instant. Returns the ids touched; throws after the last one where some could not be.
 */
export const kickOffDueWaves = async (ledger: Ledger): Promise<{ started: string[]; held: string[] }> => {
  const now = ledger.clock.now().toISOString();
  const due = await ledger.store.find(waveType, 'due', { from: '0', to: now });
  const kickoff: Principal = { name: 'schedule', roles: ['lead'] };
  const outcome = { started: [] as string[], held: [] as string[] };
  await eachOf(due.items, async ({ body: wave }) => {
    const misfit = await whyNotNow(ledger, wave, now);
    if (misfit === null) {
      await startWave(
        ledger,
        { ...kickoff, name: wave.requestedBy },
        wave.id,
        `scheduled for ${wave.scheduledStart}`,
      );
      outcome.started.push(wave.id);
    } else {
      await holdWave(
        ledger,
        kickoff,
        wave.id,
        `not started at ${wave.scheduledStart}: ${misfit}`,
        'schedule',
      );
      outcome.held.push(wave.id);
    }
  });
  return outcome;
};

const whyNotNow = async (ledger: Ledger, wave: Wave, now: string): Promise<string | null> => {
  const refusal = checkGuards(['window', 'blackout', 'changeTicket'], { now, wave });
  if (refusal) return refusal.reason;
  const workloads = await workloadsOf(ledger, wave);
  const hash = planHash(wave, workloads, (workload) => itineraryFor(ledger.itineraries, workload));
  if (hash !== wave.planHash) return 'a workload was changed after the wave was planned';
  const obstacle = await whatIsInTheWay(ledger, wave.id, workloads);
  if (obstacle !== null) return obstacle;
  if (wave.afterWave === null) return null;
  const { body: before } = await readWave(ledger, wave.afterWave);
  return before.nextMayProceed === true ? null : `wave ${before.id} has not been let through`;
};
