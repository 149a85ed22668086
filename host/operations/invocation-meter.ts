import { Distribution, type Sample } from './distribution';

/** Counts the invocations of one function. */
export class InvocationMeter {
  private running = 0;
  private readonly succeeded = new Distribution();
  private readonly failed = new Distribution();

  constructor(
    private readonly name: string,
    private readonly trigger: string,
  ) {}

  begin(): void {
    this.running += 1;
  }

  end(ms: number, hasSucceeded: boolean): void {
    this.running -= 1;
    (hasSucceeded ? this.succeeded : this.failed).add(ms);
  }

  get runningSample(): Sample {
    return { metricName: 'causeway_invocations_running', labels: this.labels, value: this.running };
  }

  /** Of a histogram, whose count is the number of invocations by outcome. */
  durationSamples(): Sample[] {
    const name = 'causeway_invocation_duration_seconds';
    return [
      ...this.succeeded.samples(name, { ...this.labels, outcome: 'succeeded' }),
      ...this.failed.samples(name, { ...this.labels, outcome: 'failed' }),
    ];
  }

  private get labels(): Record<string, string> {
    return { function: this.name, trigger: this.trigger };
  }
}
