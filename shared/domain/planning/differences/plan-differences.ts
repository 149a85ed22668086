import { canonicalJson } from '../../canonical-json';
import type { PlanDifference } from '../../../contracts/planning/difference';
import type { Learned } from '../../../contracts/planning/lesson';
import type { PlanContent, PlannedWave } from '../../../contracts/planning/plan';
import { counted } from '../reasons';
import { sameWaves } from './same-waves';

/**
 * What one version of a plan says otherwise than another, in words, in the order of what people ask first: problems, waves, dates,
 * workloads, cuts, settings. A wave that only has another number is said once, not for each of its workloads.
 */
export const planDifferences = (before: PlanContent, after: PlanContent): PlanDifference[] => {
  const renumbered = sameWaves(before.waves, after.waves);
  return [
    ...problemDifferences(before, after),
    ...waveDifferences(before.waves, after.waves, renumbered),
    ...moves(before, after, renumbered),
    ...methodDifferences(before, after),
    ...cutDifferences(before, after),
    ...settingDifferences(before, after),
    ...lessonDifferences(before, after),
  ];
};

const problemDifferences = (before: PlanContent, after: PlanContent): PlanDifference[] => {
  const text = ({ severity, message }: PlanContent['problems'][number]) => `${severity}: ${message}`;
  const [was, is] = [new Set(before.problems.map(text)), new Set(after.problems.map(text))];
  return [
    ...[...is].filter((each) => !was.has(each)).map((words) => said('problem', `New ${words}`)),
    ...[...was].filter((each) => !is.has(each)).map((words) => said('problem', `No longer ${words}`)),
  ];
};

const windowInWords = ({ dates }: PlannedWave): string =>
  dates === null ? 'no date' : `${dates.window.start} to ${dates.window.end}`;

const waveDifferences = (
  before: readonly PlannedWave[],
  after: readonly PlannedWave[],
  renumbered: ReadonlyMap<number, number>,
): PlanDifference[] => {
  const continued = new Set(renumbered.values());
  const later = new Map(after.map((wave) => [wave.number, wave]));
  const changed = before.flatMap((was) => {
    const is = later.get(renumbered.get(was.number) ?? 0);
    if (is === undefined) return [said('wave', `Wave ${was.number} is gone`)];
    const [from, to] = [windowInWords(was), windowInWords(is)];
    return from === to ? [] : [said('date', `Wave ${is.number} runs ${to} instead of ${from}`)];
  });
  const added = after
    .filter(({ number }) => !continued.has(number))
    .map((wave) => said('wave', `Wave ${wave.number} is new: ${windowInWords(wave)}`));
  return [...renumberings(renumbered), ...changed, ...added];
};

/** Where a wave has gone, all behind it move up by a number: that is said once. */
function renumberings(renumbered: ReadonlyMap<number, number>): PlanDifference[] {
  const runs: { readonly first: number; last: number; readonly shift: number }[] = [];
  for (const [was, is] of [...renumbered].sort(([a], [b]) => a - b)) {
    const run = runs.at(-1);
    if (run?.last === was - 1 && run.shift === is - was) run.last = was;
    else runs.push({ first: was, last: was, shift: is - was });
  }
  return runs
    .filter(({ shift }) => shift !== 0)
    .map(({ first, last, shift }) =>
      first === last
        ? said('wave', `Wave ${first} is now wave ${first + shift}`)
        : said('wave', `Waves ${first} to ${last} are now waves ${first + shift} to ${last + shift}`),
    );
}

const waveByWorkload = (waves: readonly PlannedWave[]): Map<string, number> =>
  new Map(waves.flatMap(({ number, workloadIds }) => workloadIds.map((id) => [id, number] as const)));

const moves = (
  before: PlanContent,
  after: PlanContent,
  renumbered: ReadonlyMap<number, number>,
): PlanDifference[] => {
  const [was, is] = [waveByWorkload(before.waves), waveByWorkload(after.waves)];
  const left = [...was.keys()].filter((id) => !is.has(id)).sort();
  const rest = [...is]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([id, to]) => {
      const from = was.get(id);
      if (from === undefined) return [said('workload', `${id} is new, in wave ${to}`, id)];
      return renumbered.get(from) === to
        ? []
        : [said('workload', `${id} moves from wave ${from} to wave ${to}`, id)];
    });
  return [...left.map((id) => said('workload', `${id} is in no wave any more`, id)), ...rest];
};

const methodDifferences = (before: PlanContent, after: PlanContent): PlanDifference[] => {
  const was = new Map(before.classifications.map((each) => [each.workloadId, each]));
  return after.classifications.flatMap(({ workloadId, method, path }) => {
    const old = was.get(workloadId);
    if (old === undefined) return [];
    return [
      ...(old.method === method
        ? []
        : [said('method', `${workloadId} goes ${method} instead of ${old.method}`, workloadId)]),
      ...(old.path.kind === path.kind
        ? []
        : [
            said(
              'method',
              `${workloadId} goes by ${path.kind ?? 'no path'} instead of ${old.path.kind ?? 'none'}`,
              workloadId,
            ),
          ]),
    ];
  });
};

const cutDifferences = (before: PlanContent, after: PlanContent): PlanDifference[] => {
  const text = ({ from, to, bridge }: PlanContent['cuts'][number]) => `${from} to ${to} (${bridge})`;
  const [was, is] = [new Set(before.cuts.map(text)), new Set(after.cuts.map(text))];
  return [
    ...[...is].filter((each) => !was.has(each)).map((words) => said('cut', `Newly cut: ${words}`)),
    ...[...was].filter((each) => !is.has(each)).map((words) => said('cut', `No longer cut: ${words}`)),
  ];
};

const settingDifferences = (before: PlanContent, after: PlanContent): PlanDifference[] => {
  const was: Readonly<Record<string, unknown>> = before.settings;
  return Object.entries(after.settings)
    .filter(([name, value]) => canonicalJson(value ?? null) !== canonicalJson(was[name] ?? null))
    .filter(([name]) => name !== 'learned')
    .map(([name]) => said('settings', `Settings: ${name} is different`));
};

/** What cutovers taught in between (R38). */
const lessonDifferences = (
  { settings: was }: PlanContent,
  { settings: is }: PlanContent,
): PlanDifference[] => {
  const [before, now] = [was, is].map(
    ({ learned = [] }) => new Map(learned.map((each) => [each.cutoverId, each])),
  );
  if (before === undefined || now === undefined) return [];
  const isNew = ([id, lesson]: [string, Learned]): boolean =>
    canonicalJson(before.get(id) ?? null) !== canonicalJson(lesson);
  const learned = [...now].filter(isNew).map(([id]) => id);
  const left = [...before.keys()].filter((id) => !now.has(id));
  const words = (what: string, ids: string[]) =>
    ids.length === 0
      ? []
      : [said('settings', `${what} ${counted(ids.length, 'cutover')}: ${ids.slice(0, 20).join(', ')}`)];
  return [...words('Forecasts now follow', learned), ...words('Forecasts no longer follow', left)];
};

const said = (kind: PlanDifference['kind'], message: string, workloadId?: string): PlanDifference => ({
  kind,
  message: message.slice(0, 1_500),
  workloadId: workloadId ?? null,
});
