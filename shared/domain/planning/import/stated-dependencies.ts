import type { InventoryWorkload } from '../../../contracts/planning/portfolio';
import { letterDistance } from './header-names';
import type { ProblemList } from './problem-list';
import type { Position } from './source';

const MAX_DEPENDENCIES = 500;
/** Looking for a near id takes a look at all of them. */
const MAX_SUGGESTIONS = 50;

const nearest = (id: string, ids: ReadonlySet<string>): string => {
  let best = { id: '', distance: Math.ceil(id.length / 3) + 1 };
  let looked = 0;
  for (const other of ids) {
    looked += 1;
    if (looked > 20_000) break;
    if (Math.abs(other.length - id.length) >= best.distance) continue;
    const distance = letterDistance(id, other);
    if (distance < best.distance) best = { id: other, distance };
  }
  return best.id === '' ? '' : `; did you mean ${best.id}`;
};

/** Leaves out what a workload states to depend on that is itself or is nobody, and says so. */
export function tellDependencies(
  workload: InventoryWorkload,
  ids: ReadonlySet<string>,
  statedAt: ReadonlyMap<string, Position>,
  problems: ProblemList,
): InventoryWorkload {
  const dependsOn = workload.dependsOn.filter(({ on }) => on !== workload.id && ids.has(on));
  if (dependsOn.length === workload.dependsOn.length && dependsOn.length <= MAX_DEPENDENCIES) return workload;
  const stated = statedAt.get(workload.id);
  const [source] = workload.sources;
  const at = stated ?? { file: source?.file ?? workload.id, sheet: null, line: source?.row ?? 0 };
  for (const { on } of workload.dependsOn)
    if (on === workload.id)
      problems.warn(at, `${workload.id} is stated to depend on itself; left out`, {
        column: 'dependsOn',
        value: on,
      });
    else if (!ids.has(on)) {
      const message = `${workload.id} depends on a workload that there is not; left out${problems.warnings < MAX_SUGGESTIONS ? nearest(on, ids) : ''}`;
      problems.warn(at, message, { column: 'dependsOn', value: on });
    }
  if (dependsOn.length > MAX_DEPENDENCIES)
    problems.warn(
      at,
      `${workload.id} depends on ${dependsOn.length} workloads; the first ${MAX_DEPENDENCIES} are kept`,
    );
  return { ...workload, dependsOn: dependsOn.slice(0, MAX_DEPENDENCIES) };
}
