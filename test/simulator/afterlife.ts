import { isEnded } from '../../host/engine/history';
import type { InstanceRow } from '../../host/storage/engine-store';
import type { Ask, Move } from './move';
import type { SimulatedHost } from './simulated-host';
import { newInstance, type SimulatedInstance } from './simulated-instance';
import { endOf, rowOf } from './simulated-row';

const ENDED = ['Completed', 'Failed', 'Terminated'] as const;
const ALL = Number.MAX_SAFE_INTEGER;

/** What happens to instances that have ended and that nobody rewinds any more. */
export class Afterlife {
  constructor(
    private readonly simulation: SimulatedHost,
    private readonly ask: Ask,
  ) {}

  moves(): Move[] {
    const { random, instances } = this.simulation;
    const over = instances.filter((instance) => this.isOver(instance));
    const purgeable = over.filter(({ mayBePurged, last }) => mayBePurged && last === null);
    const leaving = over.filter(({ mayBeginAgain }) => mayBeginAgain);
    const moves: Move[] = [{ weight: 0.1, make: () => this.purgeChild() }];
    if (purgeable.length > 0) moves.push({ weight: 1, make: () => this.purge(random.pick(purgeable)) });
    if (leaving.length > 0) moves.push({ weight: 1, make: () => this.beginAgain(random.pick(leaving)) });
    return moves;
  }

  private isOver(instance: SimulatedInstance): boolean {
    const { isStarted, isFollowed, mayBeRewound, last } = instance;
    if (!isStarted || isFollowed) return false;
    if (last !== null) return true;
    const status = rowOf(this.simulation.current.engine, instance)?.status;
    return status === 'Failed' ? !mayBeRewound : status !== undefined && isEnded(status);
  }

  private purge(instance: SimulatedInstance): void {
    const row = rowOf(this.simulation.current.engine, instance);
    if (row === undefined) return;
    instance.last = endOf(row);
    instance.purged = 'asked';
    this.askToPurge(row, (count) => {
      if (count === 1) instance.purged = 'accepted';
    });
  }

  /** What its parent has not taken in stays. */
  private purgeChild(): void {
    const { random, current } = this.simulation;
    const children = current.engine
      .list({ statuses: ENDED }, 0, ALL)
      .filter(({ parentId }) => parentId !== null);
    if (children.length > 0) this.askToPurge(random.pick(children));
  }

  private askToPurge(row: InstanceRow, purged: (count: number) => void = () => undefined): void {
    const { engine } = this.simulation.current;
    const answer = engine.purge([row]).then((count) => ({ kind: `${count} purged`, count }));
    this.ask(`purge ${row.id}`, answer, ({ count }) => purged(count));
  }

  /** Another with the same id; it is started as all are. */
  private beginAgain(instance: SimulatedInstance): void {
    const { simulation } = this;
    const row = rowOf(simulation.current.engine, instance);
    if (row !== undefined) instance.last ??= endOf(row);
    instance.isFollowed = true;
    const { id, program } = instance;
    simulation.instances.push(newInstance({ id, path: `${instance.path}r`, program }));
    simulation.note(`${id} is to begin again`);
  }
}
