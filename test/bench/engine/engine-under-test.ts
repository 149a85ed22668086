/** `rounds` times `width` steps side by side; each step takes `payload` and gives it back. */
export interface Work {
  readonly rounds: number;
  readonly width: number;
  readonly payload: string;
}

/** A durable engine and its application, running. */
export interface EngineUnderTest {
  readonly name: string;
  /** The processes whose processor time, with that of their children, is the engine's. */
  readonly pids: readonly number[];
  /** Starts one workflow for each at the same time; resolves once all have ended. */
  run(work: readonly Work[]): Promise<void>;
  /** Starts workflows that wait for an event and resolves with what `signal` takes, once they wait. */
  wait(count: number): Promise<string[]>;
  /** Sends one the event: milliseconds from then to the beginning of the step that follows the wait. */
  signal(target: string): Promise<number>;
  stop(): Promise<void>;
}
