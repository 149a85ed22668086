import type { EngineStore, InstanceRow } from '../storage/engine-store';
import type { GroupCommit } from '../storage/group-commit';
import { isEnded, type Episode, type StoredEvent } from './history';
import { Instance, timedEvents } from './instance';
import type { LiveInstances } from './live-instances';
import type { Rehearsal } from './replay/rehearsal';
import { childrenIn, openChildren, rewoundHistories, without, type ChildCreated } from './rewound-history';

export interface RewinderOptions {
  readonly store: EngineStore;
  readonly commits: GroupCommit;
  readonly live: LiveInstances;
  readonly rehearsal: Rehearsal;
  /** Starts what is open, and lets the instance run. Called once all is on disk. */
  readonly goOn: (instance: Instance) => void;
}

export type RewindOutcome =
  { readonly kind: 'accepted' } | { readonly kind: 'unknown' } | { readonly kind: 'not-failed' };

/** How one failed instance goes on. */
interface Rewound {
  readonly row: InstanceRow;
  readonly episodes: readonly Episode[];
  /** Ended sub-orchestrations that are started anew, or that the history knows no more. */
  readonly replaced: readonly InstanceRow[];
}

/**
 * Lets a failed instance go on from before its failure, and its failed sub-orchestrations with it. Azure removes every failure
 * there is, so that an orchestrator which had caught one no longer replays; here it is asked which history it accepts.
 */
export class Rewinder {
  constructor(private readonly options: RewinderOptions) {}

  /** `row` is that of a failed instance. */
  async rewind(row: InstanceRow, reason: string): Promise<RewindOutcome> {
    const plans = (await this.plan(row)).map((plan) => becauseOf(reason, plan));
    // While orchestrators were asked, someone may have rewound, replaced or purged one of these.
    if (plans.some((plan) => !this.isStillFailed(plan.row))) return { kind: 'not-failed' };
    const instances = plans.map((plan) => {
      const instance = Instance.recovered(plan.row, plan.episodes);
      instance.isBusy = true;
      this.options.live.add(instance);
      return instance;
    });
    await new Promise<void>((resolve) =>
      this.options.commits.add(() => plans.forEach((each) => this.write(each)), resolve),
    );
    for (const instance of instances) {
      instance.isBusy = false;
      this.options.goOn(instance);
    }
    return { kind: 'accepted' };
  }

  private isStillFailed({ id, no }: InstanceRow): boolean {
    const found = this.options.store.find(id);
    return this.options.live.get(id) === undefined && found?.no === no && found.status === 'Failed';
  }

  private write({ row, episodes, replaced }: Rewound): void {
    const { store } = this.options;
    for (const { no } of replaced) store.purge(no);
    store.updateInstance(row);
    store.deleteEpisodes(row.no);
    for (const episode of episodes) store.appendEpisode(row.no, episode);
  }

  /** The instance first, then the sub-orchestrations that are rewound with it. */
  private async plan(row: InstanceRow): Promise<Rewound[]> {
    const before = this.options.store.episodes(row.no);
    const running = { ...row, status: 'Running', output: null } as const;
    const accepted = await this.accepted(running, before);
    const revived = openChildren(accepted).filter((child) => !openChildren(before).includes(child));
    const rewound: Rewound[] = [];
    const replaced: InstanceRow[] = [];
    const forgotten = new Set<StoredEvent>();
    for (const child of revived) {
      const found = this.started(row, child);
      if (found?.status === 'Failed') rewound.push(...(await this.plan(found)));
      else forgotten.add(child);
      if (found !== undefined && isEnded(found.status) && found.status !== 'Failed') replaced.push(found);
    }
    for (const child of childrenIn(before).filter((each) => !childrenIn(accepted).includes(each))) {
      const found = this.started(row, child);
      if (found !== undefined && isEnded(found.status)) replaced.push(found);
    }
    return [{ row: running, episodes: without(accepted, forgotten), replaced }, ...rewound];
  }

  /** The sub-orchestration that this one started as that task, if it is still there. */
  private started({ executionId }: InstanceRow, child: ChildCreated): InstanceRow | undefined {
    const found = this.options.store.find(child.instanceId);
    return found?.parentExecutionId === executionId && found.parentTaskId === child.id ? found : undefined;
  }

  /** The first history with which the orchestrator does not fail at once; all of it where each fails. */
  private async accepted(row: InstanceRow, before: readonly Episode[]): Promise<Episode[]> {
    let whole: Episode[] | null = null;
    for (const episodes of rewoundHistories(before)) {
      whole ??= episodes;
      const instance = Instance.recovered(row, episodes);
      const history = episodes.flatMap((episode) => timedEvents(episode, true));
      if (await this.options.rehearsal.accepts(instance, history)) return episodes;
    }
    return whole ?? [...before];
  }
}

/** Stored with the history, so that a host that ends before the next episode takes it up at its start. */
const becauseOf = (reason: string, { episodes, ...plan }: Rewound): Rewound => ({
  ...plan,
  episodes: episodes.map((episode, index) =>
    index === episodes.length - 1 ? { ...episode, rewound: reason } : episode,
  ),
});
