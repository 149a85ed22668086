import type { Journal } from '../../ports/journal';
import { runsOf, type StateRun, type TargetState } from './pass-journal';
import { digestOfFiles, endsRun } from './run-digest';
import { SegmentWriter } from './segment-writer';

interface Run {
  readonly folder: string;
  readonly from: number;
  readonly files: { readonly name: string; readonly state: TargetState }[];
}

/** Writes down what the target holds, in the order of `comparePaths`, and the digests by which the next pass compares it (`PriorState`). */
export class StateWriter {
  private run: Run | null = null;
  private written = 0;

  private constructor(
    private readonly states: SegmentWriter<TargetState>,
    private readonly runs: SegmentWriter<StateRun>,
  ) {}

  /** For a segment that was dropped or never written. */
  static async open(journal: Journal, transferId: string, segment: string): Promise<StateWriter> {
    return new StateWriter(
      await SegmentWriter.open<TargetState>(journal, transferId, segment),
      await SegmentWriter.open<StateRun>(journal, transferId, runsOf(segment)),
    );
  }

  async write(state: TargetState): Promise<void> {
    const slash = state.path.lastIndexOf('/');
    const folder = state.path.slice(0, Math.max(0, slash));
    const name = state.path.slice(slash + 1);
    if (this.run?.folder !== folder) await this.endRun();
    this.run ??= { folder, from: this.written, files: [] };
    const { files } = this.run;
    files.push({ name, state });
    this.written += 1;
    await this.states.write(state);
    if (endsRun(name, files.length)) await this.endRun();
  }

  async flush(): Promise<void> {
    await this.endRun();
    await this.states.flush();
    await this.runs.flush();
  }

  private async endRun(): Promise<void> {
    const { run } = this;
    this.run = null;
    const [first] = run?.files ?? [];
    // A file that isn't settled is hashed whatever its facts say.
    if (!run || !first || !run.files.every(({ state }) => state.settled)) return;
    const digest = digestOfFiles(run.files.map(({ name, state: { stat } }) => ({ name, stat })));
    await this.runs.write({ path: first.state.path, from: run.from, items: run.files.length, digest });
  }
}
