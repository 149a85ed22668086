import { z } from 'zod';
import { SecretName, Text } from './primitives';

const Inputs = z
  .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]{0,99}$/), z.string().max(1_000))
  .default({});

/**
 * A workflow of GitHub Actions with the trigger `workflow_dispatch` and the inputs `release` and `causeway_run`. Its `run-name` has to hold
 * `${{ inputs.causeway_run }}`: by that a run is found again whose start was not answered.
 */
export const GitHubActionsPipeline = z.object({
  service: z.literal('github-actions'),
  /** Another address for GitHub Enterprise Server. */
  apiUrl: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .default('https://api.github.com'),
  repository: z.string().regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/, 'use owner/name'),
  /** File name below `.github/workflows`, or the workflow's number. */
  workflow: z.string().regex(/^[\w.-]{1,200}$/, 'use the file name of the workflow'),
  /** Branch or tag whose workflow runs. */
  ref: Text(255).default('main'),
  token: SecretName,
  inputs: Inputs,
});
export type GitHubActionsPipeline = z.infer<typeof GitHubActionsPipeline>;

/** A YAML pipeline of Azure Pipelines with the parameters `release` and `causeway_run`. */
export const AzurePipeline = z.object({
  service: z.literal('azure-pipelines'),
  /** `https://dev.azure.com/<organisation>`, or a server's collection. */
  organisationUrl: z.url({ protocol: /^https?$/ }).max(500),
  project: z.string().regex(/^[^/\\?#\s][^/\\?#]{0,63}$/, 'use the name or id of the project'),
  pipelineId: z.number().int().min(1),
  /** Absent: the pipeline's default branch. */
  branch: Text(255).optional(),
  /** A personal access token that may read and execute builds. */
  token: SecretName,
  inputs: Inputs,
});
export type AzurePipeline = z.infer<typeof AzurePipeline>;

/** What is deployed instead of copied (R117), and what is deployed again where it fails (R51). */
export const Release = z.object({
  pipeline: z.discriminatedUnion('service', [GitHubActionsPipeline, AzurePipeline]),
  /** What the pipeline is told to deploy: a version, a tag, a build. */
  next: Text(200),
  /** What ran at the target before; null: nothing did, and turning back leaves the target to its clean-up. */
  previous: Text(200).nullable(),
});
export type Release = z.infer<typeof Release>;
