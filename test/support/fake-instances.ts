// Orchestration instances as the functions address them: remembers what was asked for and runs nothing.
import type { Instances } from '../../functions/instances';

export class FakeInstances implements Instances {
  readonly calls: string[] = [];
  /** Called with every call; what it throws is thrown to the caller. */
  failing: ((call: string) => void) | null = null;

  startWave(waveId: string): Promise<void> {
    return this.#note(`start wave ${waveId}`);
  }

  startCutover(cutoverId: string): Promise<void> {
    return this.#note(`start cutover ${cutoverId}`);
  }

  startEnvironment(environmentId: string): Promise<void> {
    return this.#note(`start environment ${environmentId}`);
  }

  wake(subject: string): Promise<void> {
    return this.#note(`wake ${subject}`);
  }

  async #note(call: string): Promise<void> {
    this.calls.push(call);
    this.failing?.(call);
  }
}
