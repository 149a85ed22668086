import { world, textOfFailure } from './app/world';
import type { SeededRandom } from '../faults/seeded-random';

interface WorkInput {
  readonly key: string;
  readonly n: number;
  readonly fails: 'never' | 'always' | 'untilMended' | number;
}

interface Begun {
  readonly input: WorkInput;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The activities under way: they end one by one, in an order that the simulation chooses. */
export class SimulatedWork {
  readonly runs = new Map<string, number>();
  private begun: Begun[] = [];
  private readonly mended = new Set<string>();

  constructor() {
    world.work = (input: WorkInput) =>
      new Promise((resolve, reject) => this.begun.push({ input, resolve, reject }));
  }

  get isWaiting(): boolean {
    return this.begun.length > 0;
  }

  /** The work itself is done, whether or not anybody is left to hear of it. */
  endOne(random: SeededRandom): void {
    const [ended] = this.begun.splice(random.below(this.begun.length), 1);
    if (ended === undefined) return;
    const { input, resolve, reject } = ended;
    if (this.isFailing(input)) reject(new Error(textOfFailure(input.key)));
    else resolve(input.n);
  }

  /** Those under way end with their process; some had done their work already. */
  crash(random: SeededRandom): void {
    for (const { input } of this.begun.splice(0)) if (random.below(2) === 0) this.isFailing(input);
  }

  /** Lets what belongs to this instance succeed where it failed until now. */
  mend(instanceId: string): void {
    this.mended.add(instanceId);
  }

  private isFailing({ key, fails }: WorkInput): boolean {
    const runs = this.runs.get(key) ?? 0;
    this.runs.set(key, runs + 1);
    if (fails === 'untilMended') return !this.mended.has(key.slice(0, key.indexOf('.')));
    return typeof fails === 'number' ? runs < fails : fails === 'always';
  }
}
