import type { MinuteRange } from '../../../shared/contracts/planning/classification';
import type { PlanContent } from '../../../shared/contracts/planning/plan';
import type { Portfolio } from '../../../shared/contracts/planning/portfolio';
import { dateWaves } from '../../../shared/domain/planning/dates/date-waves';
import type { DatingInput } from '../../../shared/domain/planning/dates/dating-input';
import { datedWorkloads } from '../../../shared/domain/planning/simulate/simulation-model';
import {
  sampleClassification,
  sampleInventory,
  samplePlanContent,
  samplePlannedWave,
} from './sample-portfolio';

export interface DatedPlan {
  readonly content: PlanContent;
  readonly portfolio: Portfolio;
}

const always = ({ likely }: MinuteRange): MinuteRange => ({ low: likely, likely, high: likely });
const asItIs = (minutes: MinuteRange): MinuteRange => minutes;

/** Of what dates are found for, a plan that has them. `isExact`: every duration is known. */
export function datedPlan({ waves, workloads, settings }: DatingInput, isExact = false): DatedPlan {
  const range = isExact ? always : asItIs;
  const all = [...workloads.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const portfolio = {
    workloads: all.map(({ id, maintenance, dependsOn }) =>
      sampleInventory(id, { maintenance, dependsOn: dependsOn.map((on) => ({ on })) }),
    ),
    connections: [],
  };
  const classifications = all.map(({ id, method, path, transferMinutes, downtimeMinutes }, index) =>
    sampleClassification(id, {
      method,
      path: {
        kind: path,
        tool: 'AzCopy',
        transferMinutes: transferMinutes && range(transferMinutes),
        cost: null,
        options: [],
      },
      downtimeMinutes: range(downtimeMinutes),
      risk: (index * 37) % 101,
    }),
  );
  const ids = waves.map(({ workloadIds }) => [...workloadIds]);
  const undated = samplePlanContent(ids, { settings, classifications });
  const dated = { waves, workloads: datedWorkloads(undated, portfolio), settings, edits: [], previous: null };
  const { dates } = dateWaves(dated);
  const content = {
    ...undated,
    waves: waves.map(({ number, workloadIds, after }, index) => ({
      ...samplePlannedWave(number, [...workloadIds]),
      after: [...after],
      dates: dates[index] ?? null,
    })),
  };
  return { content, portfolio };
}
