import type { Wave } from '../../shared/contracts/wave';
import { waveType } from '../../shared/ledger/documents';
import { findAll } from '../../shared/ledger/find-all';
import { nowIso, type Ledger } from '../../shared/ledger/ledger';
import { ok, skipped, warning, type Check } from '../../shared/ports/check';

const SHOWN = 5;

/** Whether what is planned can happen as planned: windows ahead, starts inside them, and not blacked out from end to end. */
export const calendarCheck = (ledger: Pick<Ledger, 'store' | 'clock'>): Check => ({
  name: 'calendar',
  mend: 'Plan these waves anew (PUT /api/waves/{id}), or stop them.',
  run: async () => {
    const now = nowIso(ledger);
    const waves: Wave[] = [];
    for (const status of ['planned', 'held'] as const)
      for await (const { body } of findAll(ledger.store, waveType, 'status', status)) waves.push(body);
    if (waves.length === 0) return skipped('no wave is planned');
    const troubles = waves.flatMap((wave) => {
      const trouble = troubleOf(wave, now);
      return trouble === null ? [] : [`${wave.id}: ${trouble}`];
    });
    if (troubles.length === 0) return ok(`${waves.length} planned, all with time to run`);
    const more = troubles.length > SHOWN ? ` and ${troubles.length - SHOWN} more` : '';
    return warning(`${troubles.slice(0, SHOWN).join('; ')}${more}`);
  },
});

function troubleOf({ window, scheduledStart, blackouts, stakeholders }: Wave, now: string): string | null {
  if (window.end <= now) return `its window ended ${window.end}`;
  if (scheduledStart !== null && (scheduledStart < window.start || scheduledStart >= window.end))
    return `it starts ${scheduledStart}, outside its window`;
  if (blackouts.some(({ start, end }) => start <= window.start && end >= window.end))
    return 'a blackout covers its whole window';
  const hasApprover = stakeholders.some(({ role }) => role === 'approver');
  return stakeholders.length > 0 && !hasApprover ? 'none of its stakeholders is an approver' : null;
}
