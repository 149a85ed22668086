import type { PlanContent } from '../../../contracts/planning/plan';
import { explain } from '../explain';
import { tableOr, type Section } from './document';
import { localTime } from './local-time';

const COLUMNS = [
  ...['From', 'To', 'Waves', 'Bridge', 'Until'],
  ...['Owner (from)', 'Owner (to)', 'Watched and tested', 'Why'],
];

/** Dependencies between waves, what bridges them, until when, and who answers for it on either side (R36 R37). */
export const bridges = ({ cuts, settings }: Pick<PlanContent, 'cuts' | 'settings'>): Section => ({
  heading: 'Bridges',
  parts: [
    tableOr(
      'No dependency is cut.',
      'Bridges',
      COLUMNS,
      cuts.map((cut) => [
        cut.from,
        cut.to,
        `${cut.fromWave} and ${cut.toWave}`,
        cut.bridge,
        cut.deadline === null ? null : localTime(cut.deadline, settings.calendar.timeZone),
        cut.fromOwner,
        cut.toOwner,
        cut.monitoring.join('; '),
        cut.reasons.map(explain).join(' '),
      ]),
    ),
  ],
});
