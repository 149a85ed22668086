import type { Program } from './program';

/** What an instance came to. */
export interface Ended {
  readonly status: string;
  readonly output: unknown;
  readonly customStatus: unknown;
}

/** What a simulation did to an instance, and was told of it. One that begins again is another, of the same id. */
export interface SimulatedInstance {
  readonly id: string;
  /** Where what it does is done; no other has it. */
  readonly path: string;
  readonly program: Program;
  /** May be terminated. */
  readonly isDoomed: boolean;
  readonly mayBeRewound: boolean;
  readonly mayBeginAgain: boolean;
  readonly mayBePurged: boolean;
  isStarted: boolean;
  terminated: 'never' | 'asked' | 'accepted';
  /** Or was asked to be, when the engine crashed. */
  isRewound: boolean;
  /** What it had come to before it was to be purged, or to begin again. */
  last: Ended | null;
  purged: 'never' | 'asked' | 'accepted';
  isFollowed: boolean;
}

export const TERMINATED_BECAUSE = 'enough of it';

/** As made, before anything happened to it. */
export const newInstance = (
  made: Pick<SimulatedInstance, 'id' | 'path' | 'program'> & Partial<SimulatedInstance>,
): SimulatedInstance => ({
  ...{ isDoomed: false, mayBeRewound: false, mayBeginAgain: false, mayBePurged: false },
  ...{ isStarted: false, terminated: 'never', isRewound: false },
  ...{ last: null, purged: 'never', isFollowed: false },
  ...made,
});
