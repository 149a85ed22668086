import type loadHighs from 'highs';
import { candidates, type Candidate } from '../../../shared/domain/planning/dates/candidates';
import type { DatingInput } from '../../../shared/domain/planning/dates/dating-input';
import { plannedTime, Timetable } from '../../../shared/domain/planning/dates/timetable';

type Highs = Awaited<ReturnType<typeof loadHighs>>;

const DAY_MS = 86_400_000;

/** One start that a wave could have. Its team is taken from `firstDay` to before `nextDay`; who comes after it may begin at `ready`. */
interface Start {
  readonly name: string;
  readonly at: number;
  readonly end: number;
  readonly firstDay: number;
  readonly nextDay: number;
  readonly ready: number;
}

/**
 * The earliest end of the last wave that there is, in days from the plan's start, proved by HiGHS. For a dozen waves or so without
 * transfers and with at least two days between waves: then whatever is waited for ends with a day, and of each day only the first legal
 * start can be best. `within`: an end that is possible, in days; nothing later is looked at.
 */
export function exactFinishDays(highs: Highs, input: DatingInput, within: number): number {
  const { settings } = input;
  const timetable = new Timetable(settings);
  const latest = timetable.horizon.start + within * DAY_MS;
  const waves = candidates(input, timetable).map((each) => ({
    number: each.wave.number,
    after: each.wave.after,
    starts: startsOf(each, timetable, latest),
  }));
  const solved = highs.solve(modelOf(waves, settings.capacity.teams, timetable.horizon.start));
  if (solved.Status !== 'Optimal') throw new Error(`finish-date: HiGHS says ${solved.Status}`);
  return solved.ObjectiveValue;
}

function startsOf({ wave, open, parts }: Candidate, timetable: Timetable, latest: number): Start[] {
  const legal = open.map((times) => times.legal);
  const starts: Start[] = [];
  for (let from = timetable.firstTransfer; ;) {
    const found = timetable.firstStart(legal, from, parts.neededMs);
    if (found === null) return starts;
    const time = plannedTime(found.start, parts);
    if (time.end > latest) return starts;
    const firstDay = timetable.zone.dayAt(time.start);
    starts.push({
      name: `x_${wave.number}_${starts.length}`,
      at: time.start,
      end: time.end,
      firstDay,
      nextDay: timetable.teams.nextDay(time),
      ready: timetable.readyAfter(time),
    });
    from = timetable.zone.instantAt(firstDay + 1, 0);
  }
}

interface Choice {
  readonly number: number;
  readonly after: readonly number[];
  readonly starts: readonly Start[];
}

const sum = (starts: readonly Start[]): string => starts.map(({ name }) => name).join(' + ');

/** One start for each wave, never more at a time than there are teams, each after those it comes after; the last end is minimised. */
function modelOf(waves: readonly Choice[], teams: number, begin: number): string {
  const byNumber = new Map(waves.map((wave) => [wave.number, wave]));
  const all = waves.flatMap(({ starts }) => starts);
  const days = [...new Set(all.map(({ firstDay }) => firstDay))];
  const chosen = waves.map(({ starts }) => `${sum(starts)} = 1`);
  const ends = waves.map(
    ({ starts }) =>
      `finish ${starts.map(({ name, end }) => `- ${((end - begin) / DAY_MS).toFixed(6)} ${name}`).join(' ')} >= 0`,
  );
  const staffed = days
    .map((day) => all.filter(({ firstDay, nextDay }) => firstDay <= day && day < nextDay))
    .filter(({ length }) => length > teams)
    .map((busy) => `${sum(busy)} <= ${teams}`);
  const ordered = waves.flatMap(({ after, starts }) =>
    after.flatMap((number) =>
      (byNumber.get(number)?.starts ?? []).flatMap(({ name, ready }) => {
        const tooEarly = starts.filter(({ at }) => at < ready);
        return tooEarly.length === 0 ? [] : [`${name} + ${sum(tooEarly)} <= 1`];
      }),
    ),
  );
  const rules = [...chosen, ...ends, ...staffed, ...ordered].map((rule, number) => ` r${number}: ${rule}`);
  return [
    ...['Minimize', ' obj: finish', 'Subject To', ...rules],
    ...['Binary', ...all.map(({ name }) => ` ${name}`), 'End'],
  ].join('\n');
}
