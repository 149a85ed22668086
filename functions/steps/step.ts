import type { Cutover } from '../../shared/contracts/cutover';
import type { Evidence, StepName, StepResult, WorkOrder } from '../../shared/contracts/step';
import type { WorkClaim } from '../../shared/ports/worker';
import type { Services } from '../services';

/** What a step works with: the cutover as it is stored now, and the claim on its order. */
export interface StepContext {
  readonly services: Services;
  readonly cutover: Cutover;
  readonly order: WorkOrder;
  readonly claim: WorkClaim;
}

/** Performs one step. May be repeated at any time with the same order; must then have the same effect. */
export type Step = (context: StepContext) => Promise<StepResult>;
export type Steps = Readonly<Record<StepName, Step>>;

export const done = (source: string, summary: string, facts: Evidence['facts'] = {}): StepResult => ({
  kind: 'done',
  evidence: { source, summary: summary.slice(0, 2_000), facts },
});

export const failed = (code: string, reason: string, facts: Evidence['facts'] = {}): StepResult => ({
  kind: 'failed',
  code,
  reason: reason.slice(0, 4_000),
  facts,
});

/** True where only people can operate the workload: then a step is one question to them. */
export const isManual = ({ cutover }: StepContext): boolean => cutover.workload.controls.kind === 'manual';
