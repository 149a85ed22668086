import type { EndStatus } from '../engine/history';
import { Distribution, type Sample } from './distribution';

/** Counts what the engine has done since the host started. */
export class EngineMeter {
  private readonly commits = new Distribution();
  private episodes = 0;
  private readonly ended: Record<EndStatus, number> = { Completed: 0, Failed: 0, Terminated: 0 };

  committed(ms: number): void {
    this.commits.add(ms);
  }

  episode(): void {
    this.episodes += 1;
  }

  instanceEnded(status: EndStatus): void {
    this.ended[status] += 1;
  }

  commitSamples(): Sample[] {
    return this.commits.samples('causeway_commit_duration_seconds');
  }

  get episodeSample(): Sample {
    return { metricName: 'causeway_episodes_total', labels: {}, value: this.episodes };
  }

  endedSamples(): Sample[] {
    return Object.entries(this.ended).map(([status, value]) => ({
      metricName: 'causeway_instances_ended_total',
      labels: { status },
      value,
    }));
  }
}
