import { MigrationError } from '../contracts/errors';
import type { Principal } from '../contracts/principal';
import type { Wave } from '../contracts/wave';
import type { Ledger } from './ledger';
import { recordWave } from './wave-actions';
import { ended } from './wave-run';
import { changeWaveRecord, readWave } from './waves';

/**
 * Ends a wave early: at once where it has not started. One that runs starts nothing more; cutovers under way go on, and its review
 * comes when they are at rest; it ends without one where nobody has approved it yet. Stopping already: no change. `conflict` once
 * it is under review or over.
 */
export const stopWave = async (
  ledger: Ledger,
  principal: Pick<Principal, 'name'>,
  id: string,
  reason: string,
): Promise<Wave> => {
  await changeWaveRecord<void>(ledger, id, ({ body: wave }, now) => {
    if (wave.stopping !== null) return { change: null, result: undefined };
    if (wave.endedAt !== null || wave.status === 'reviewing')
      throw new MigrationError('conflict', `wave ${id} is ${wave.status}`);
    const by = principal.name;
    const body: Wave = { ...wave, stopping: { by, reason, at: now }, updatedAt: now };
    if (wave.status !== 'running') {
      const end = { status: 'stopped', nextMayProceed: false, reason, by } as const;
      return { change: ended(body, end, now), result: undefined };
    }
    const summary = `Stopped wave ${id}, it starts nothing more: ${reason}`;
    return {
      change: recordWave(body, by, 'wave.changed', 'wave.stopping', summary),
      result: undefined,
    };
  });
  return (await readWave(ledger, id)).body;
};
