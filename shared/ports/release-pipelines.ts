import type { Release } from '../contracts/release';
import type { Runbook } from './runbook';

/** One deployment that a pipeline is asked for. */
export interface Deployment {
  /** What to deploy. */
  readonly release: string;
  /** Names this deployment among all others the pipeline makes; the pipeline shows it on its runs. */
  readonly key: string;
}

/** Pipelines that deploy releases. A run of one is a run of a runbook whose only step is the deployment. */
export interface ReleasePipelines {
  /** `runs` of what is opened lists those of this deployment alone. */
  open(pipeline: Release['pipeline'], deployment: Deployment): Runbook;
}
