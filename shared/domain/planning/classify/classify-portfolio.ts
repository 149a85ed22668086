import type { Classification } from '../../../contracts/planning/classification';
import type { PlanEdit } from '../../../contracts/planning/edit';
import type { PlanContent } from '../../../contracts/planning/plan';
import type { Connection, Portfolio } from '../../../contracts/planning/portfolio';
import type { PlanSettings } from '../../../contracts/planning/settings';
import { canonicalJson } from '../../canonical-json';
import { classificationBasis, classify } from './classify';
import { countNeighbours } from './count-neighbours';

export interface ClassificationRequest {
  readonly portfolio: Portfolio;
  readonly portfolioHash: string;
  readonly settings: PlanSettings;
  readonly edits: readonly PlanEdit[];
  readonly previous: Pick<PlanContent, 'portfolioHash' | 'settings' | 'edits' | 'classifications'> | null;
}

type MethodEdit = Extract<PlanEdit, { kind: 'method' }>;

/**
 * All workloads classified, by id. Those of the plan before are taken over where nothing they depend on has changed: where that is
 * nowhere, its whole list.
 */
export function classifyPortfolio(request: ClassificationRequest): readonly Classification[] {
  const { portfolio, settings, edits, previous } = request;
  const { workloads } = portfolio;
  const kept = keptClassifications(request);
  const known = workloads.map(({ id }, at) => kept(id, at));
  const isAsBefore = known.every((each) => each !== undefined);
  if (isAsBefore && previous?.classifications.length === known.length) return previous.classifications;
  const basis = classificationBasis(settings);
  const stated = methodEdits(edits);
  const links = linksOf(portfolio);
  return workloads.map(
    (workload, at) =>
      known[at] ??
      classify(
        workload,
        links.outgoing.get(workload.id) ?? [],
        links.neighbours[at] ?? 0,
        stated.get(workload.id) ?? null,
        basis,
      ),
  );
}

/** The last word on each workload. */
const methodEdits = (edits: readonly PlanEdit[]): ReadonlyMap<string, MethodEdit> =>
  new Map(edits.filter((edit) => edit.kind === 'method').map((edit) => [edit.workloadId, edit]));

const sameEdit = (one: MethodEdit | undefined, other: MethodEdit | undefined): boolean =>
  one?.method === other?.method && one?.reason === other?.reason;

/** The same portfolio has the same workloads at the same places. */
function keptClassifications({
  portfolioHash,
  settings,
  edits,
  previous,
}: ClassificationRequest): (id: string, at: number) => Classification | undefined {
  if (previous?.portfolioHash !== portfolioHash) return () => undefined;
  if (previous.settings !== settings && canonicalJson(previous.settings) !== canonicalJson(settings)) {
    return () => undefined;
  }
  const [before, now] = [methodEdits(previous.edits), methodEdits(edits)];
  return (id, at) => {
    const there = previous.classifications[at];
    const isAsBefore = before.size + now.size === 0 || sameEdit(before.get(id), now.get(id));
    return there?.workloadId === id && isAsBefore ? there : undefined;
  };
}

interface Links {
  readonly outgoing: ReadonlyMap<string, readonly Connection[]>;
  /** By place of the workload: how many it talks to in either direction. */
  readonly neighbours: Int32Array;
}

/** Whom each workload talks to, as observed and as stated. */
function linksOf({ workloads, connections }: Portfolio): Links {
  const outgoing = new Map<string, Connection[]>();
  let from: string | null = null;
  let list: Connection[] = [];
  for (const connection of connections) {
    if (connection.from !== from) {
      ({ from } = connection);
      list = outgoing.get(from) ?? [];
      outgoing.set(from, list);
    }
    list.push(connection);
  }
  return { outgoing, neighbours: countNeighbours({ workloads, connections }) };
}
