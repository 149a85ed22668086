import type { ListenerContext } from '../function-app';
import type { EngineStore } from '../storage/engine-store';
import type { Drift, Episode, FoundDrift } from './history';
import { timedEvents, type Instance } from './instance';
import type { Rehearsal } from './replay/rehearsal';

/** Says of an instance whose code no longer agrees with its history what differs, and where in the code. */
export class DriftReport {
  constructor(
    private readonly store: EngineStore,
    private readonly rehearsal: Rehearsal,
    private readonly log: ListenerContext['log'],
  ) {}

  async of(instance: Instance, fresh: Episode, drift: Drift): Promise<FoundDrift> {
    const recorded = instance.no === 0 ? [] : this.store.episodes(instance.no);
    const history = [
      ...recorded.flatMap((episode) => timedEvents(episode, true)),
      ...timedEvents(fresh, false),
    ];
    const at = await this.rehearsal.lineOf(instance, history, drift);
    this.log('error', `Orchestrator ${instance.name} no longer does what its history says`, {
      instanceId: instance.id,
      ...(drift.id === null ? {} : { sequenceId: drift.id }),
      history: drift.history,
      code: drift.code,
      ...(at === null ? {} : { at }),
    });
    return { ...drift, at };
  }
}
