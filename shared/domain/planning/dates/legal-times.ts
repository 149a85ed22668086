import type { MaintenanceRule } from '../../../contracts/planning/portfolio';
import type { PlanCalendar } from '../../../contracts/planning/settings';
import { closedTimes, type ClosedTime } from '../../calendars/closed-times';
import { common, merge, subtract, type Interval } from '../../calendars/interval';
import { maintenanceWindows } from '../../calendars/maintenance-windows';
import type { TimeZone } from '../../calendars/time-zone';

const MAX_KEPT = 2_000;

/** When workloads with the same rules may be cut over. */
export interface OpenTimes {
  /** Inside their maintenance windows, whatever the calendar keeps free. */
  readonly approved: readonly Interval[];
  /** Of these, what no blackout, month edge or holiday takes. */
  readonly legal: readonly Interval[];
  /** As `legal`, but at the edges of months too. */
  readonly legalAtMonthEdges: readonly Interval[];
  readonly unknownZones: readonly string[];
}

const textOf = (rules: readonly MaintenanceRule[]): string =>
  rules.map(({ days, from, to, timeZone }) => `${days.join()} ${from} ${to} ${timeZone}`).join(';');

/** The open times of a plan, worked out once for each set of rules. */
export class LegalTimes {
  readonly closed: readonly ClosedTime[];
  private readonly shut: readonly Interval[];
  private readonly shutWithoutEdges: readonly Interval[];
  private readonly known = new Map<string, OpenTimes>();
  private keyOfCalendar: string | null = null;
  private readonly numbers = new Map<OpenTimes, number>();
  private readonly longest = new Map<string, number>();

  constructor(
    private readonly calendar: PlanCalendar,
    zone: TimeZone,
    private readonly horizon: Interval,
  ) {
    this.closed = closedTimes(calendar, zone, horizon);
    this.shut = merge(this.closed);
    this.shutWithoutEdges = merge(this.closed.filter(({ kind }) => kind !== 'month-edge'));
  }

  /** Those of one set of rules; of none: those of the calendar. */
  of(maintenance: readonly MaintenanceRule[]): OpenTimes {
    return this.ofRules(maintenance, this.keyOf(maintenance));
  }

  private ofRules(own: readonly MaintenanceRule[], key: string): OpenTimes {
    const kept = this.known.get(key);
    if (kept) return kept;
    const rules = own.length > 0 ? own : this.calendar.maintenance;
    const { windows, unknownZones } = maintenanceWindows(rules, this.horizon);
    const times = {
      approved: windows,
      legal: subtract(windows, this.shut),
      legalAtMonthEdges: subtract(windows, this.shutWithoutEdges),
      unknownZones,
    };
    if (this.known.size >= MAX_KEPT) this.known.clear();
    this.known.set(key, times);
    return times;
  }

  /** The different open times of several workloads: what is common to them is what is open to all. */
  ofAll(workloads: readonly { readonly maintenance: readonly MaintenanceRule[] }[]): OpenTimes[] {
    const byKey = new Map<string, OpenTimes>();
    for (const { maintenance } of workloads) {
      const key = this.keyOf(maintenance);
      // Told apart by key: those of one set of rules may have been forgotten meanwhile, and worked out again.
      if (!byKey.has(key)) byKey.set(key, this.ofRules(maintenance, key));
    }
    return [...byKey.values()];
  }

  /** Most workloads have no rules of their own: no text is made for each of them. */
  private keyOf(maintenance: readonly MaintenanceRule[]): string {
    return maintenance.length > 0
      ? textOf(maintenance)
      : (this.keyOfCalendar ??= textOf(this.calendar.maintenance));
  }

  /** The longest slot that is open in all of these; 0: there is none. Worked out once for each set of them. */
  longestMs(open: readonly OpenTimes[]): number {
    const numbers = open.map((times) => this.numberOf(times)).sort((a, b) => a - b);
    const key = numbers.join(' ');
    const kept = this.longest.get(key);
    if (kept !== undefined) return kept;
    const lists = open.map(({ legal }) => legal);
    let longest = 0;
    for (const { start, end } of common(lists, this.horizon.start)) longest = Math.max(longest, end - start);
    this.longest.set(key, longest);
    return longest;
  }

  private numberOf(times: OpenTimes): number {
    const number = this.numbers.get(times) ?? this.numbers.size;
    this.numbers.set(times, number);
    return number;
  }
}
