import type { Classification } from '../../../contracts/planning/classification';
import type { PlanEdit } from '../../../contracts/planning/edit';
import type { PlanContent } from '../../../contracts/planning/plan';
import type { Connection, Portfolio } from '../../../contracts/planning/portfolio';
import type { PlanSettings } from '../../../contracts/planning/settings';
import { canonicalJson } from '../../canonical-json';
import { classificationBasis, classify } from './classify';

export interface ClassificationRequest {
  readonly portfolio: Portfolio;
  readonly portfolioHash: string;
  readonly settings: PlanSettings;
  readonly edits: readonly PlanEdit[];
  readonly previous: Pick<PlanContent, 'portfolioHash' | 'settings' | 'edits' | 'classifications'> | null;
}

type MethodEdit = Extract<PlanEdit, { kind: 'method' }>;

/** All workloads classified, by id. Those of the plan before are taken over where nothing they depend on has changed. */
export function classifyPortfolio(request: ClassificationRequest): readonly Classification[] {
  const { portfolio, settings, edits } = request;
  const kept = keptClassifications(request);
  const basis = classificationBasis(settings);
  const stated = methodEdits(edits);
  const links = linksOf(portfolio);
  return portfolio.workloads.map(
    (workload) =>
      kept(workload.id) ??
      classify(
        workload,
        links.outgoing.get(workload.id) ?? [],
        links.neighbours.get(workload.id)?.size ?? 0,
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

function keptClassifications({
  portfolioHash,
  settings,
  edits,
  previous,
}: ClassificationRequest): (id: string) => Classification | undefined {
  if (previous?.portfolioHash !== portfolioHash) return () => undefined;
  if (previous.settings !== settings && canonicalJson(previous.settings) !== canonicalJson(settings)) {
    return () => undefined;
  }
  const [before, now] = [methodEdits(previous.edits), methodEdits(edits)];
  const isAsBefore = (id: string): boolean => sameEdit(before.get(id), now.get(id));
  const byId = new Map(previous.classifications.map((each) => [each.workloadId, each]));
  return (id) => (before.size + now.size === 0 || isAsBefore(id) ? byId.get(id) : undefined);
}

interface Links {
  readonly outgoing: ReadonlyMap<string, readonly Connection[]>;
  readonly neighbours: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Whom each workload talks to, as observed and as stated. */
function linksOf({ workloads, connections }: Portfolio): Links {
  const outgoing = new Map<string, Connection[]>();
  const neighbours = new Map<string, Set<string>>();
  const meet = (one: string, other: string): void => {
    const known = neighbours.get(one);
    if (known === undefined) neighbours.set(one, new Set([other]));
    else known.add(other);
  };
  const link = (one: string, other: string): void => {
    meet(one, other);
    meet(other, one);
  };
  for (const connection of connections) {
    const known = outgoing.get(connection.from);
    if (known === undefined) outgoing.set(connection.from, [connection]);
    else known.push(connection);
    link(connection.from, connection.to);
  }
  for (const { id, dependsOn } of workloads) for (const { on } of dependsOn) link(id, on);
  return { outgoing, neighbours };
}
