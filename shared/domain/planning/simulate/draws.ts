import { threefry } from './threefry';

const WORDS = 2 ** 32;
const EVERYBODY = WORDS - 1;

/** What is drawn for whom: the second word of the counter, beside the number of the try. */
const PURPOSES = 4;
const FATE = 0;
const DOWNTIME = 1;
const TRANSFER = 2;

/**
 * The chances of one run. Each belongs to a workload, by its place in the portfolio, and to a try: plans of one portfolio meet the
 * same luck, however their waves are cut (common random numbers), so that what they differ in is theirs.
 */
export class Draws {
  private readonly words = new Uint32Array(2);

  constructor(
    private readonly seed: number,
    private readonly run: number,
  ) {}

  /** Above 0 and below 1: what becomes of a cutover. */
  fate(workload: number, attempt: number): number {
    return this.draw(workload, attempt * PURPOSES + FATE);
  }

  /** Standard normal. */
  downtime(workload: number, attempt: number): number {
    return this.normal(workload, attempt * PURPOSES + DOWNTIME);
  }

  /**
   * Standard normal, of the transfer of the wave that begins with that workload. Half of its variance is the line's own and the same
   * for all waves of a run: a line that gives less than was promised gives it to nobody.
   */
  transfer(workload: number, line: number): number {
    const purpose = line * PURPOSES + TRANSFER;
    return (this.normal(workload, purpose) + this.normal(EVERYBODY, purpose)) * Math.SQRT1_2;
  }

  /** By Box and Muller. */
  private normal(who: number, purpose: number): number {
    const first = this.draw(who, purpose);
    const second = ((this.words[1] ?? 0) + 0.5) / WORDS;
    return Math.sqrt(-2 * Math.log(first)) * Math.cos(2 * Math.PI * second);
  }

  private draw(who: number, purpose: number): number {
    threefry(this.seed, this.run, who, purpose, this.words);
    return ((this.words[0] ?? 0) + 0.5) / WORDS;
  }
}
