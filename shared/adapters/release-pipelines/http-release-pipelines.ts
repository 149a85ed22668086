import type { Release } from '../../contracts/release';
import type { OutboundHttp } from '../../ports/outbound-http';
import type { Deployment, ReleasePipelines } from '../../ports/release-pipelines';
import type { Runbook } from '../../ports/runbook';
import type { Secrets } from '../../ports/secrets';
import { AzurePipelinesRunbook } from './azure-pipelines-runbook';
import { GitHubActionsRunbook } from './github-actions-runbook';

const POLL_MS = 10_000;

/** Release pipelines over HTTP, each with a token that a secret holds. */
export class HttpReleasePipelines implements ReleasePipelines {
  constructor(
    private readonly http: OutboundHttp,
    private readonly secrets: Secrets,
    private readonly pollMs: number = POLL_MS,
  ) {}

  open(pipeline: Release['pipeline'], deployment: Deployment): Runbook {
    const { http, secrets, pollMs } = this;
    return pipeline.service === 'github-actions'
      ? new GitHubActionsRunbook(http, secrets, pipeline, deployment, pollMs)
      : new AzurePipelinesRunbook(http, secrets, pipeline, deployment, pollMs);
  }
}
