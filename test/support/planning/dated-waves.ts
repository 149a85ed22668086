import fc from 'fast-check';
import { PlanSettings } from '../../../shared/contracts/planning/settings';
import type { MaintenanceRule } from '../../../shared/contracts/planning/portfolio';
import type { DatedWorkload, DatingInput } from '../../../shared/domain/planning/dates/dating-input';

export const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'UTC',
] as const;

export const range = (likely: number, high = likely) => ({ low: likely, likely, high });

export const datedWorkload = (id: string, more: Partial<DatedWorkload> = {}): DatedWorkload => ({
  id,
  maintenance: [],
  method: 'offline',
  path: null,
  transferMinutes: null,
  downtimeMinutes: range(30, 60),
  testingMinutes: null,
  rollbackMinutes: null,
  dependsOn: [],
  notBefore: null,
  ...more,
});

export const settingsOf = (more: Partial<PlanSettings> | object = {}): PlanSettings =>
  PlanSettings.parse({ earliestStart: '2027-01-01T00:00:00Z', ...more });

type Wave = readonly [workloads: readonly DatedWorkload[], after?: readonly number[]];

/** Waves numbered from 1, of these workloads. */
export const datingOf = (
  waves: readonly Wave[],
  settings: PlanSettings = settingsOf(),
  more: Partial<DatingInput> = {},
): DatingInput => ({
  waves: waves.map(([workloads, after], index) => ({
    number: index + 1,
    workloadIds: workloads.map(({ id }) => id),
    after: after ?? [],
  })),
  workloads: new Map(waves.flatMap(([workloads]) => workloads.map((workload) => [workload.id, workload]))),
  settings,
  edits: [],
  previous: null,
  ...more,
});

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom('00', '15', '30'))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${minute}`);

export const anyRule: fc.Arbitrary<MaintenanceRule> = fc.record({
  days: fc.uniqueArray(fc.constantFrom(...DAYS), { minLength: 1, maxLength: 4 }),
  from: time,
  to: time,
  timeZone: fc.constantFrom(...ZONES),
});

const anyDay = fc.integer({ min: 0, max: 500 }).map((day) => Date.UTC(2027, 0, 1) + day * 86_400_000);

const anySettings = fc
  .record({
    zone: fc.constantFrom(...ZONES),
    rules: fc.array(anyRule, { minLength: 1, maxLength: 2 }),
    blackouts: fc.array(fc.tuple(anyDay, fc.integer({ min: 1, max: 30 * 24 })), { maxLength: 4 }),
    holidays: fc.array(anyDay, { maxLength: 5 }),
    edges: fc.uniqueArray(fc.integer({ min: -5, max: 5 }), { maxLength: 4 }),
    start: fc.integer({ min: 0, max: 400 * 24 * 60 }),
    days: fc.integer({ min: 0, max: 14 }),
    teams: fc.integer({ min: 1, max: 3 }),
    concurrent: fc.integer({ min: 1, max: 4 }),
    share: fc.constantFrom(0, 0.3, 1),
  })
  .map((any) =>
    settingsOf({
      earliestStart: new Date(Date.UTC(2027, 0, 1) + any.start * 60_000).toISOString(),
      daysBetweenWaves: any.days,
      contingencyShare: any.share,
      capacity: { teams: any.teams, concurrentCutovers: any.concurrent },
      calendar: {
        timeZone: any.zone,
        maintenance: any.rules,
        blackouts: any.blackouts.map(([start, hours], index) => ({
          start: new Date(start).toISOString(),
          end: new Date(start + hours * 3_600_000).toISOString(),
          reason: `freeze ${index}`,
        })),
        holidays: any.holidays.map((day) => ({
          date: new Date(day).toISOString().slice(0, 10),
          name: 'fair',
        })),
        monthEdges: any.edges,
      },
    }),
  );

const anyWorkload = fc.record({
  rules: fc.array(anyRule, { maxLength: 2 }),
  method: fc.constantFrom('offline' as const, 'online' as const, 'redeploy' as const),
  path: fc.constantFrom('vpn' as const, 'express-route' as const, 'data-box' as const, null),
  transfer: fc.integer({ min: 0, max: 10_000 }),
  downtime: fc.integer({ min: 0, max: 120 }),
  rollback: fc.option(fc.integer({ min: 0, max: 60 })),
  on: fc.array(fc.nat(20), { maxLength: 3 }),
  after: fc.array(fc.nat(20), { maxLength: 2 }),
});

/** Anything from one wave to a dozen, of one to three workloads; rare to have no date at all, common to be held back. */
export const anyDating: fc.Arbitrary<DatingInput> = fc
  .tuple(
    anySettings,
    fc.array(fc.array(anyWorkload, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 12 }),
  )
  .map(([settings, waves]) =>
    datingOf(
      waves.map((members, wave) => [
        members.map((any, index) =>
          datedWorkload(`w-${wave}-${index}`, {
            maintenance: index === 0 ? any.rules : [],
            method: any.method,
            path: any.path,
            transferMinutes: range(any.transfer, any.transfer * 1.2),
            downtimeMinutes: range(any.downtime / 2, any.downtime),
            testingMinutes: 30,
            rollbackMinutes: any.rollback,
            dependsOn: any.on.map((on) => `w-${wave}-${on % members.length}`),
          }),
        ),
        wave === 0 ? [] : [...new Set(members[0]?.after.map((after) => (after % wave) + 1))],
      ]),
      settings,
    ),
  );
