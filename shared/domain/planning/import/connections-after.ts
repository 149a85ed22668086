import type { Connection, Portfolio } from '../../../contracts/planning/portfolio';
import type { ProblemList } from './problem-list';
import type { OwnConnection } from './read-own-document';

const MAX_PORTS = 64;
const byCharacters = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
const byEnds = (left: Connection, right: Connection): number =>
  byCharacters(left.from, right.from) || byCharacters(left.to, right.to);
const keyOf = ({ from, to }: Connection): string => `${from}\n${to}`;

/** Seen twice is not seen more often: the same export may be imported again. */
const joined = (left: Connection, right: Connection): Connection => ({
  from: left.from,
  to: left.to,
  ports: [...new Set([...left.ports, ...right.ports])].sort((a, b) => a - b).slice(0, MAX_PORTS),
  observations: Math.max(left.observations, right.observations),
});

function stated(
  own: readonly OwnConnection[],
  ids: ReadonlySet<string>,
  problems: ProblemList,
): Connection[] {
  return own.flatMap(({ at, from, to, ports, observations }) => {
    const absent = [from, to].find((id) => !ids.has(id));
    if (absent !== undefined)
      problems.warn(at, 'is no workload of the portfolio; the connection was left out', {
        column: 'connections',
        value: absent,
      });
    else if (from === to)
      problems.warn(at, 'is connected with itself; left out', { column: 'connections', value: from });
    else return [{ from, to, ports: [...new Set(ports)].sort((a, b) => a - b), observations }];
    return [];
  });
}

/**
 * Traffic after an import: what was observed replaces what was before, unless it is a part; what a file of Causeway states comes on
 * top. Connections of workloads that are gone go with them. Sorted by ends.
 */
export function connectionsAfter(
  { before, isPartial = false }: { readonly before: Portfolio; readonly isPartial?: boolean },
  observed: readonly Connection[] | null,
  own: readonly OwnConnection[],
  ids: ReadonlySet<string>,
  problems: ProblemList,
): readonly Connection[] {
  const kept =
    observed === null || isPartial
      ? before.connections.filter(({ from, to }) => ids.has(from) && ids.has(to))
      : [];
  const added = stated(own, ids, problems);
  if (kept.length === 0 && added.length === 0) return observed ?? [];
  const all = new Map<string, Connection>();
  for (const connection of [...kept, ...(observed ?? []), ...added]) {
    const known = all.get(keyOf(connection));
    all.set(keyOf(connection), known === undefined ? connection : joined(known, connection));
  }
  return [...all.values()].sort(byEnds);
}
