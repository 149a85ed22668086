import type { PlanHead, PlannedWave, WaveDates } from '../../contracts/planning/plan';

const MAX_OCTETS = 75;

/** RFC 5545 3.3.11. Other control characters have no place in text and are left out. */
const escaped = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, ' ')
    .replace(/[\\;,]/g, (character) => `\\${character}`)
    .replace(/\n/g, '\\n');

const octetsOf = (character: string): number => {
  const point = character.codePointAt(0) as number;
  return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
};

/** RFC 5545 3.1: no line over 75 octets, and no character cut in two. */
function folded(line: string): string {
  let text = '';
  let octets = 0;
  for (const character of line) {
    const more = octetsOf(character);
    if (octets + more > MAX_OCTETS) {
      text += '\r\n ';
      octets = 1;
    }
    text += character;
    octets += more;
  }
  return text;
}

/** 2027-01-02T20:00:00.000Z as 20270102T200000Z. */
const stamp = (instant: string): string => instant.slice(0, 19).replace(/[-:]/g, '') + 'Z';

const minute = (instant: string): string => `${instant.slice(0, 16).replace('T', ' ')} UTC`;

const description = ({ parts, cutovers, readOnly }: WaveDates): string =>
  [
    ...parts.map(({ part, start, end }) => `${part}: ${minute(start)} to ${minute(end)}`),
    ...cutovers.map(
      ({ workloadId, start, end }) => `cutover of ${workloadId}: ${minute(start)} to ${minute(end)}`,
    ),
    ...readOnly.map(
      ({ workloadId, start, end }) => `${workloadId} is read-only: ${minute(start)} to ${minute(end)}`,
    ),
  ].join('\n');

const eventOf = (plan: CalendarOfPlan['plan'], wave: PlannedWave, dates: WaveDates): string[] => [
  'BEGIN:VEVENT',
  `UID:plan-${plan.id}-wave-${wave.number}@causeway`,
  `DTSTAMP:${stamp(plan.changedAt)}`,
  `SEQUENCE:${plan.version}`,
  `DTSTART:${stamp(dates.window.start)}`,
  `DTEND:${stamp(dates.window.end)}`,
  `SUMMARY:${escaped(`${plan.name}, wave ${wave.number}`)}`,
  `DESCRIPTION:${escaped(`${wave.summary}\n${description(dates)}`)}`,
  'END:VEVENT',
];

export interface CalendarOfPlan {
  readonly plan: Pick<PlanHead, 'id' | 'name' | 'version' | 'changedAt'>;
  readonly waves: readonly PlannedWave[];
}

/**
 * The windows of a plan's waves as RFC 5545 text, for people's own calendars: an entry is that of a wave's number, and a later version
 * of the plan replaces it. Times are in UTC, so that no reader has to know a zone. Waves without a date are left out.
 */
export function writeCalendar({ plan, waves }: CalendarOfPlan): string {
  const events = waves.flatMap((wave) => (wave.dates ? eventOf(plan, wave, wave.dates) : []));
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Causeway//Migration plan//EN',
    'CALSCALE:GREGORIAN',
    ...events,
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}
