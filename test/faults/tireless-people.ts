// People who answer every gate through the API, again and again, whether the service is there at the moment or not.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Choice, Gate } from '../../shared/contracts/gate';
import type { Causeway } from '../support/causeway';

const LOOK_EVERY_MS = 80;

/** True for the errors of a connection to a process that is gone; everything else is a finding. By name: fetch is not of jest's realm. */
export function isUnreachable(error: unknown): boolean {
  const { name, message } = error as { name?: unknown; message?: unknown };
  return name === 'TypeError' && /^(fetch failed|terminated)$/.test(String(message));
}

/** Undefined where nobody is there to answer. */
export async function ifReachable<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (isUnreachable(error)) return undefined;
    throw error;
  }
}

export class TirelessPeople {
  /** Questions nobody expected. */
  readonly surprises: string[] = [];
  #isAwake = true;
  readonly #working: Promise<void>;

  constructor(private readonly causeway: Causeway) {
    this.#working = this.#work();
    // Reported by `rest`, which the run awaits in any case.
    this.#working.catch(() => undefined);
  }

  /** Stops answering; rejects with what went wrong meanwhile. */
  async rest(): Promise<void> {
    this.#isAwake = false;
    await this.#working;
  }

  async #work(): Promise<void> {
    while (this.#isAwake) {
      await ifReachable(() => this.#answerAll());
      await sleep(LOOK_EVERY_MS);
    }
  }

  async #answerAll(): Promise<void> {
    for (const gate of await this.causeway.api.openGates(this.causeway.people.viewer)) {
      const choice = this.#choose(gate);
      if (choice !== null) await this.causeway.answerAs(gate, choice);
    }
  }

  /** Agrees; sends a workload back where that is asked; names every other question and leaves it open. */
  #choose({ id, choices, question }: Gate): Choice | null {
    const agreed = choices.find((choice) => ['approve', 'confirm', 'rollback'].includes(choice));
    if (agreed !== undefined) return agreed;
    const surprise = `${id}: ${question}`;
    if (!this.surprises.includes(surprise)) this.surprises.push(surprise);
    return null;
  }
}
