import type { Program } from './program';

/** What a simulation did to an instance, and was told of it. */
export interface SimulatedInstance {
  readonly id: string;
  readonly program: Program;
  /** May be terminated. */
  readonly isDoomed: boolean;
  readonly mayBeRewound: boolean;
  isStarted: boolean;
  terminated: 'never' | 'asked' | 'accepted';
  /** Or was asked to be, when the engine crashed. */
  isRewound: boolean;
}

export const TERMINATED_BECAUSE = 'enough of it';
