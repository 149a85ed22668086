import type { InventoryWorkload } from '../../../contracts/planning/portfolio';
import type { Reason } from '../../../contracts/planning/reason';
import type { DataPath } from '../../../contracts/planning/settings';
import { methodProblem } from '../../method-problem';
import { because, told, type Sentences } from '../reasons';
import type { DataVolume } from './data-volume';

export interface OnlineFeasibility {
  readonly isFeasible: boolean;
  readonly reasons: readonly Reason[];
  readonly assumed: readonly string[];
}

/** Engines whose own replication can follow them (R101). */
const FOLLOWED = /postgres|mysql|mariadb|sql server|mssql|oracle|mongo/;
/** A line that changes fill more than this never catches up after a pause. */
const CHANGE_SHARE_OF_LINE = 0.5;
const MAX_ROUND_TRIP_MS = 150;

/** Whether a workload can be followed while it serves (R17), over a line that carries its changes (R18). Names every obstacle. */
export function onlineFeasibility(
  workload: InventoryWorkload,
  volume: DataVolume,
  path: DataPath | null,
): OnlineFeasibility {
  const obstacles = [...inItself(workload), ...onTheWay(volume, path)];
  return {
    isFeasible: obstacles.length === 0,
    reasons: obstacles.length === 0 ? [because('online-feasible', 'R17', factsOf(volume, path))] : obstacles,
    assumed: [
      ...(workload.supportsReplication === null ? ['supportsReplication'] : []),
      ...(workload.supportsFailover === null ? ['supportsFailover'] : []),
      ...(path !== null && !path.isMeasured ? ['connectivity'] : []),
    ],
  };
}

function inItself(workload: InventoryWorkload): Reason[] {
  const { supportsReplication, supportsFailover, databases } = workload;
  const notRunnable = whyNotRunnable(workload);
  const unfollowed = databases.find(({ engine }) => !FOLLOWED.test(engine));
  const obstacles: Reason[] = [];
  if (supportsReplication === false) obstacles.push(because('online-without-replication', 'R17'));
  else if (supportsReplication === null && unfollowed !== undefined)
    obstacles.push(because('online-engine-not-followed', 'R17', { engine: unfollowed.engine }));
  if (notRunnable !== null) obstacles.push(because('online-not-runnable', 'R17', { why: notRunnable }));
  if (supportsFailover === false) obstacles.push(because('online-without-failover', 'R17'));
  return obstacles;
}

/** Where people have said what moves, whether Causeway's own movers can follow that; null: they can, or nobody has said. */
function whyNotRunnable({ execution }: InventoryWorkload): string | null {
  const { assets, controls } = execution ?? {};
  if (assets === undefined || assets.length === 0 || controls === undefined) return null;
  const problem = methodProblem({ method: 'online', assets, controls });
  return problem === null ? null : `${problem.field} ${problem.problem}`;
}

function onTheWay({ changeGbPerDay }: DataVolume, path: DataPath | null): Reason[] {
  if (path === null) return [because('online-without-path', 'R18')];
  if (path.kind === 'data-box') return [because('online-by-device', 'R18')];
  const needed = neededMegabits(changeGbPerDay);
  const { megabitsPerSecond: offered, roundTripMs } = path;
  const obstacles: Reason[] = [];
  if (offered !== null && needed > offered * CHANGE_SHARE_OF_LINE)
    obstacles.push(because('online-changes-too-fast', 'R18', { needed, offered }));
  if (roundTripMs !== null && roundTripMs > MAX_ROUND_TRIP_MS)
    obstacles.push(because('online-line-too-slow', 'R18', { roundTripMs, limitMs: MAX_ROUND_TRIP_MS }));
  return obstacles;
}

const neededMegabits = (changeGbPerDay: number): number =>
  Math.round((changeGbPerDay * 8_000 * 100) / 86_400) / 100;

const factsOf = ({ changeGbPerDay }: DataVolume, path: DataPath | null): Reason['facts'] => ({
  needed: neededMegabits(changeGbPerDay),
  offered: path?.megabitsPerSecond ?? null,
  isMeasured: path?.isMeasured ?? false,
});

export const feasibilitySentences: Sentences = {
  'online-feasible': ({ needed, offered, isMeasured }) =>
    `It can be followed while it serves: its changes need ${told(needed)} Mbit/s` +
    (offered === null
      ? ' of a line whose rate nobody has said.'
      : ` of ${told(offered)}${isMeasured === true ? '' : ', which were promised, not measured'}.`),
  'online-without-replication': () =>
    'It cannot be followed while it serves: it does not support replication.',
  'online-engine-not-followed': ({ engine }) =>
    `It cannot be followed while it serves: nobody has said that ${told(engine)} can be replicated.`,
  'online-not-runnable': ({ why }) => `It cannot be followed while it serves: ${told(why)}.`,
  'online-without-failover': () => 'It cannot be switched while it serves: it does not support failover.',
  'online-without-path': () => 'It cannot be followed while it serves: no path may carry its data.',
  'online-by-device': () => 'It cannot be followed while it serves: its data travel by device.',
  'online-changes-too-fast': ({ needed, offered }) =>
    `It changes too fast to be followed: ${told(needed)} Mbit/s of changes on a line of ${told(offered)}.`,
  'online-line-too-slow': ({ roundTripMs, limitMs }) =>
    `Its line answers in ${told(roundTripMs)} ms; more than ${told(limitMs)} ms are too much to follow it.`,
};
