import { describe, expect, it } from '@jest/globals';
import type { Cutover } from '../../../../shared/contracts/cutover';
import type { Lesson } from '../../../../shared/contracts/planning/lesson';
import type { PlanContent } from '../../../../shared/contracts/planning/plan';
import type { PlanSettings } from '../../../../shared/contracts/planning/settings';
import { canonicalJson } from '../../../../shared/domain/canonical-json';
import { planDifferences } from '../../../../shared/domain/planning/differences/plan-differences';
import { explain } from '../../../../shared/domain/planning/explain';
import { withLessons } from '../../../../shared/domain/planning/lessons/learned-from';
import { lessonOf } from '../../../../shared/domain/planning/lessons/lesson-of';
import { waveForecastOf } from '../../../../shared/domain/planning/lessons/wave-forecast-of';
import { makePlan } from '../../../../shared/domain/planning/make-plan';
import { inventoryWorkload, planSettings } from '../../../support/planning/inventory';
import { sampleCutover } from '../../../support/sample-cutover';
import { minutes } from '../../../support/sample-plan';

const WORKLOADS = ['erp', 'shop'].map((id) =>
  inventoryWorkload({ id, dataGb: 40, acceptableDowntimeMinutes: 900, criticality: 'low' }),
);
const plan = (settings: PlanSettings, previous: PlanContent | null = null): PlanContent =>
  makePlan({
    portfolio: { workloads: WORKLOADS, connections: [] },
    portfolioHash: '0'.repeat(64),
    settings,
    edits: [],
    previous,
  });
const first = plan(planSettings());
const of = (content: PlanContent, id: string) =>
  content.classifications.find(({ workloadId }) => workloadId === id)!;
const forecastBy = (content: PlanContent) =>
  waveForecastOf({ id: 'big', portfolioId: 'main' }, content, { number: 1, workloadIds: ['shop'] });

/** A cutover of the shop whose copy and outage took so many times what the first plan forecast. */
const cutover = (times: number, change: Partial<Cutover> = {}): Cutover => {
  const { path, downtimeMinutes } = of(first, 'shop');
  const pass = {
    pass: 1,
    items: 1,
    bytes: 1,
    copiedItems: 1,
    copiedBytes: 1,
    deletedItems: 0,
    failedItems: 0,
  };
  const durationMs = Math.round(path.transferMinutes!.likely * times * 60_000);
  const initial = { ...pass, unsupportedItems: 0, durationMs, phase: 'initial', attempt: 1 } as const;
  return sampleCutover({
    arrivedAt: minutes(600),
    outage: { beganAt: minutes(0), endedAt: minutes(downtimeMinutes.likely * times) },
    passes: { files: [initial, { ...initial, pass: 2, phase: 'final' }] },
    ...change,
  });
};
const learned = (...lessons: (Lesson | null)[]): PlanContent =>
  plan(
    withLessons(
      planSettings(),
      lessons.flatMap((lesson) => lesson ?? []),
    ),
    first,
  );
const sentences = (content: PlanContent, id = 'erp') => of(content, id).reasons.map(explain).join(' ');

describe('lessons of cutovers', () => {
  it('R38 lengthen the forecasts of other workloads by what copies and outages took, and say so', () => {
    const later = learned(lessonOf(cutover(3), forecastBy(first)));
    const [before, after] = [of(first, 'erp'), of(later, 'erp')];
    expect(after.path.transferMinutes!.likely / before.path.transferMinutes!.likely).toBeCloseTo(3, 1);
    expect(after.downtimeMinutes.likely / before.downtimeMinutes.likely).toBeCloseTo(3, 1);
    expect(sentences(later)).toMatch(
      /Outages took [\d.]+ times as long as forecast in 1 earlier move.*\(R38\)/,
    );
    expect(planDifferences(first, later).map(({ message }) => message)).toContain(
      'Forecasts now follow 1 cutover: first--shop',
    );
  });

  it('R38 leave settings the very value they were where there are no others', () => {
    const fresh = planSettings();
    expect(withLessons(fresh, [])).toBe(fresh);
    const lesson = lessonOf(cutover(3), forecastBy(first))!;
    const after = withLessons(fresh, [lesson]);
    expect(withLessons(after, [lesson])).toBe(after);
    expect(withLessons(after, [])).toEqual(fresh);
  });

  it('R38 change nothing where they only say that what arrived has stayed', () => {
    const arrived = lessonOf(cutover(3), forecastBy(first));
    const stayed = lessonOf(cutover(3, { status: 'completed', endedAt: minutes(900) }), forecastBy(first));
    expect([arrived?.outcome, stayed?.outcome]).toEqual(['arrived', 'completed']);
    expect(canonicalJson(learned(stayed))).toBe(canonicalJson(learned(arrived)));
  });

  it('R38 are not learned a second time from forecasts that follow them already', () => {
    const lesson = lessonOf(cutover(3), forecastBy(first))!;
    const again = lessonOf(cutover(3, { id: 'second--shop' }), forecastBy(learned(lesson)))!;
    expect(again.downtime!.forecastMinutes).toBeCloseTo(lesson.downtime!.forecastMinutes, 1);
    expect(again.transfer!.forecastMinutes).toBeCloseTo(lesson.transfer!.forecastMinutes, 1);
  });

  it('R38 of outages hold for their own method alone', () => {
    const lesson = { ...lessonOf(cutover(3), forecastBy(first))!, method: 'online' as const };
    expect(of(learned(lesson), 'erp').downtimeMinutes).toEqual(of(first, 'erp').downtimeMinutes);
  });

  it('R38 raise the risk of what had to be sent back, and are not followed where they are set aside', () => {
    const back = { kind: 'rollback', reason: 'Orders were lost', by: 'Olga' } as const;
    const ended = { status: 'rolled-back', endedAt: minutes(700), turningBack: back } as const;
    const lesson = lessonOf(cutover(1, ended), forecastBy(first))!;
    expect(lesson).toMatchObject({ outcome: 'rolled-back', sentBack: 'Orders were lost' });
    expect(of(learned(lesson), 'shop').risk).toBe(of(first, 'shop').risk + 10);
    expect(sentences(learned(lesson), 'shop')).toContain(
      'sent back before, by cutover first--shop (Orders were lost)',
    );
    const setAside = { by: 'Lena', at: minutes(800), reason: 'A broken disk' };
    expect(learned({ ...lesson, setAside })).toBe(first);
  });

  it('R38 are none before users have arrived, while they are sent back, and of waves without a forecast', () => {
    const back = { kind: 'rollback', reason: 'Slow', by: 'Olga' } as const;
    expect(lessonOf(cutover(1, { arrivedAt: null }), forecastBy(first))).toBeNull();
    expect(lessonOf(cutover(1, { turningBack: back }), forecastBy(first))).toBeNull();
    expect(lessonOf(cutover(1), { ...forecastBy(first), workloads: [] })).toBeNull();
    const cancelled = cutover(1, { arrivedAt: null, status: 'cancelled', endedAt: minutes(5) });
    expect(lessonOf(cancelled, forecastBy(first))).toMatchObject({ transfer: null, downtime: null });
    expect(learned(lessonOf(cancelled, forecastBy(first)))).toBe(first);
  });
});
