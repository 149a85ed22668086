import type { Journal } from '../../ports/journal';
import { readLines, runsOf, type StateRun, type TargetState } from './pass-journal';
import type { FileRun } from './walk-entry';

/** Lines that are stepped over: beyond so many it is quicker to begin to read anew, even where that means to look for the place. */
const FAR_LINES = 50_000;

/**
 * The target's state after the pass before, in order. What stayed as it was is passed by run, a line of the journal for hundreds
 * of files; a state is read only where something is to be said of its file. A journal that has no runs, as older versions left it, is
 * read state by state.
 */
export class PriorState {
  private readonly runs: AsyncIterator<StateRun>;
  /** The next one that may begin at `position`; null after the last, undefined where it was not read. */
  private run: StateRun | null | undefined;
  private states: AsyncIterator<TargetState> | null = null;
  /** Number of the state that `states` gives next. */
  private statesAt = 0;
  private state: TargetState | null | undefined;
  private length: number | null = null;

  constructor(
    private readonly journal: Pick<Journal, 'read' | 'length'>,
    private readonly transferId: string,
    private readonly segment: string,
    /** Number of the next state. */
    public position = 0,
  ) {
    this.runs = readLines<StateRun>(journal, transferId, runsOf(segment))[Symbol.asyncIterator]();
  }

  /** The next state, again and again until `advance`; null after the last. */
  async next(): Promise<TargetState | null> {
    if (this.state === undefined) this.state = await this.read();
    return this.state;
  }

  advance(): void {
    this.position += 1;
    this.state = undefined;
  }

  /** Steps over the next states where they are exactly those of the run; false where they are not. */
  async pass({ path, items, digest }: FileRun): Promise<boolean> {
    const known = await this.runHere();
    if (known?.path !== path || known.items !== items || known.digest !== digest) return false;
    this.position += items;
    this.state = undefined;
    return true;
  }

  private async runHere(): Promise<StateRun | null> {
    while (this.run === undefined || (this.run !== null && this.run.from < this.position)) {
      const next = await this.runs.next();
      this.run = next.done === true ? null : next.value;
    }
    return this.run?.from === this.position ? this.run : null;
  }

  private async read(): Promise<TargetState | null> {
    this.length ??= await this.journal.length(this.transferId, this.segment);
    if (this.position >= this.length) return null;
    if (this.states === null || this.position - this.statesAt > FAR_LINES) {
      const { journal, transferId, segment, position } = this;
      this.states = readLines<TargetState>(journal, transferId, segment, position)[Symbol.asyncIterator]();
      this.statesAt = position;
    }
    for (; this.statesAt < this.position; this.statesAt += 1) await this.states.next();
    const next = await this.states.next();
    this.statesAt += 1;
    return next.done === true ? null : next.value;
  }
}
