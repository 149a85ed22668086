import type { CutoverId } from '../shared/contracts/primitives';
import type { FailureAnswer, Gate } from '../shared/contracts/gate';
import type { GateName } from '../shared/contracts/itinerary';
import type {
  DifferingRows,
  Evidence,
  StatementRequest,
  StepName,
  StepResult,
  WorkOrder,
} from '../shared/contracts/step';
import type { TransferPhase } from '../shared/contracts/transfer';
import type { z } from 'zod';

type Id = z.infer<typeof CutoverId>;

/** How an attempt at a step ended. Pending: ask again at the instant named (ms since 1970), null meaning at once. */
export type Attempted =
  Exclude<StepResult, { kind: 'pending' }> | { readonly kind: 'pending'; readonly untilMs: number | null };

/** Where a cutover stands once its commands are decided. */
export type Directive = 'go' | 'wait' | 'turn-back' | 'ended';

export type Begun =
  | { readonly kind: 'go'; readonly attempt: number }
  | { readonly kind: 'already' }
  | { readonly kind: 'interrupted' }
  /** Until an instant in ms since 1970 (a wait would begin late where time passes before it does), or until woken. */
  | { readonly kind: 'wait'; readonly untilMs: number | null }
  | {
      readonly kind: 'failed';
      readonly attempt: number;
      readonly reason: string;
      readonly trafficMoved: boolean;
      /** Absent in runs of before codes were kept. */
      readonly code?: string;
      /** It has found rows to differ, which can be sent anew; absent where it hasn't, and in runs of before. */
      readonly resendable?: true;
    };

export type StageEnd =
  | { readonly kind: 'done'; readonly evidence: Evidence }
  | {
      readonly kind: 'failed';
      readonly code: string;
      readonly reason: string;
      readonly facts?: Evidence['facts'];
      readonly differing?: DifferingRows | null | undefined;
    };

export interface GateQuestion {
  /** `cutover:<id>` or `wave:<id>`. */
  readonly subject: string;
  readonly gate: GateName;
  readonly stage: string;
  readonly attempt: number;
  readonly question: string;
  readonly choices: Gate['choices'];
  readonly roles: Gate['roles'];
  readonly quorum: Gate['quorum'];
}

export type Tended =
  /** Tend it again at this instant, ms since 1970. */
  | { readonly kind: 'open'; readonly untilMs: number }
  | { readonly kind: 'interrupted' }
  | {
      readonly kind: 'closed';
      readonly status: 'decided' | 'expired' | 'withdrawn';
      readonly outcome: Gate['outcome'];
      /** Who decided, for logs and evidence. */
      readonly by: string;
      readonly reason: string;
      readonly evidence: string | null;
    };

/** One run of one action on an environment. */
export interface EnvironmentRound {
  readonly environmentId: string;
  readonly round: number;
}

export interface EnvironmentQuestion {
  readonly kind: 'question';
  readonly attempt: number;
  readonly question: string;
}

/** An item of a checklist that a person has to look at. */
export interface EnvironmentStatement {
  readonly kind: 'statement';
  readonly itemId: string;
  readonly attempt: number;
  readonly question: string;
  readonly roles: GateQuestion['roles'];
}

/** How people answered; whoever let the question expire is nobody in particular. */
export interface EnvironmentAnswer {
  readonly approved: boolean;
  readonly by: string;
  readonly reason: string;
}

/** Every activity with its input and output: names are stored data, add and never rename. */
export interface Activities {
  takeCommands: { input: { cutoverId: Id }; output: Directive };
  beginStage: { input: { cutoverId: Id; stage: string }; output: Begun };
  endStage: { input: { cutoverId: Id; stage: string; end: StageEnd }; output: null };
  settleFailure: {
    input: { cutoverId: Id; stage: string; answer: FailureAnswer; by: string; reason: string };
    output: null;
  };
  endCutover: {
    input: { cutoverId: Id; status: 'completed' | 'rolled-back' | 'cancelled' | 'rollback-failed' };
    /** `interrupted` where commands wait that were accepted before: only completing can be. */
    output: 'ended' | 'interrupted';
  };
  openGate: { input: GateQuestion; output: { gateId: string } };
  tendGate: { input: { subject: string; gateId: string }; output: Tended };
  performWork: { input: WorkOrder; output: Attempted };
  planPass: {
    input: { cutoverId: Id; assetId: string; phase: TransferPhase; attempt: number };
    output:
      /** Runs that are older than generations have none: the first. */
      | { kind: 'pass'; pass: number; generation?: number }
      /** With a statement: what stays behind is a person's to accept before anything goes on. */
      | { kind: 'level'; evidence: Evidence; statement?: StatementRequest }
      | { kind: 'failed'; code: string; reason: string; facts: Evidence['facts'] };
  };
  /** The slices that may copy at the same time now: limits can change while a pass runs. */
  readParallelism: { input: { cutoverId: Id; assetId: string }; output: { parallelSlices: number } };
  beginTurningBack: {
    input: { cutoverId: Id };
    /** `touched`: a stage that has something to undo was begun, undone by now or not. */
    output: {
      compensations: { stage: string; step: StepName }[];
      kind: 'cancel' | 'rollback';
      touched?: boolean;
    };
  };
  endCompensation: { input: { cutoverId: Id; stage: string; evidence: Evidence }; output: null };
  recordTurningBack: {
    input: {
      cutoverId: Id;
      /** Tells an entry from its repetition. */
      key: string;
      kind: 'rollback.step-failed' | 'rollback.verified' | 'rollback.left-open';
      evidence: Evidence;
    };
    output: null;
  };
  prepareWave: { input: { waveId: string }; output: { kind: 'ready' } | { kind: 'changed'; reason: string } };
  advanceWave: { input: { waveId: string }; output: { settled: boolean; summary: string } };
  beginReview: { input: { waveId: string; summary: string }; output: null };
  /** Works out what provisioning would do; `planned` is a question to be asked, `ended` means that it cannot be. */
  planEnvironment: { input: EnvironmentRound; output: EnvironmentQuestion | { kind: 'ended' } };
  /** Acts upon the answer: deploys what was approved where that is still what would happen. */
  beginProvisioning: {
    input: EnvironmentRound & EnvironmentAnswer;
    output: { kind: 'begun' } | { kind: 'changed' } | { kind: 'ended' };
  };
  watchProvisioning: {
    input: EnvironmentRound;
    output:
      { kind: 'running'; untilMs: number } | EnvironmentStatement | EnvironmentQuestion | { kind: 'ended' };
  };
  endStatement: {
    input: EnvironmentRound & {
      itemId: string;
      question: string;
      holds: boolean;
      by: string;
      reason: string;
      evidence: string | null;
    };
    output: null;
  };
  endAcceptance: { input: EnvironmentRound & EnvironmentAnswer; output: null };
  /** Null: it has ended. */
  examineEnvironment: { input: EnvironmentRound; output: EnvironmentStatement | null };
  listResidue: { input: EnvironmentRound; output: EnvironmentQuestion | { kind: 'ended' } };
  removeResidue: {
    input: EnvironmentRound & EnvironmentAnswer;
    output: { kind: 'running'; untilMs: number } | { kind: 'ended' };
  };
  /** Ends the action: it could not be done, however often it was tried. */
  failEnvironment: { input: EnvironmentRound & { reason: string }; output: null };
  endWave: {
    input: {
      waveId: string;
      status: 'completed' | 'stopped';
      nextMayProceed: boolean;
      reason: string;
      by: string;
    };
    output: null;
  };
}

export type ActivityName = keyof Activities;
