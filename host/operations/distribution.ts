/** Upper bounds in seconds, from an event that was there already to a function that takes minutes. */
const BOUNDS_S = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30, 300];

/** A value of a Prometheus metric. */
export interface Sample {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** How often something took how long. Counting is cheap enough for every invocation: no labels, no allocation. */
export class Distribution {
  private readonly counts = new Array<number>(BOUNDS_S.length + 1).fill(0);
  private sum = 0;

  add(ms: number): void {
    const seconds = ms / 1000;
    let index = 0;
    while (index < BOUNDS_S.length && seconds > (BOUNDS_S[index] ?? 0)) index += 1;
    this.counts[index] = (this.counts[index] ?? 0) + 1;
    this.sum += seconds;
  }

  /** Samples of a histogram of this name. */
  samples(name: string, labels: Sample['labels'] = {}): Sample[] {
    let count = 0;
    const buckets = this.counts.map((each, index): Sample => {
      count += each;
      return {
        metricName: `${name}_bucket`,
        labels: { ...labels, le: BOUNDS_S[index] ?? '+Inf' },
        value: count,
      };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: this.sum },
      { metricName: `${name}_count`, labels, value: count },
    ];
  }
}
