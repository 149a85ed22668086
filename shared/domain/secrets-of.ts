import type { WorkloadInput } from '../contracts/workload';
import { postgresAssetsOf, runbookAssetsOf } from './assets';

/** A secret that a workload names, and what for. */
export interface NamedSecret {
  readonly name: string;
  readonly use: string;
}

type Naming = Pick<WorkloadInput, 'assets' | 'controls' | 'release' | 'traffic'>;

/** Every secret that moving a workload needs. */
export const secretsOf = (workload: Naming): NamedSecret[] => [
  ...(workload.controls.kind === 'http' ? [{ name: workload.controls.secret, use: 'control hook' }] : []),
  ...databaseSecrets(workload),
  ...(workload.release ? [{ name: workload.release.pipeline.token, use: 'token of the pipeline' }] : []),
  ...(workload.traffic?.kind === 'dns-update'
    ? [{ name: workload.traffic.key.secret, use: 'key of the DNS zone' }]
    : []),
];

const databaseSecrets = (workload: Naming): NamedSecret[] => [
  ...postgresAssetsOf(workload).flatMap(({ id, source, target }) => [
    { name: source.connection, use: `source of ${id}` },
    { name: target.connection, use: `target of ${id}` },
  ]),
  ...runbookAssetsOf(workload).flatMap(({ id, runbook }) =>
    runbook.service === 'postgresql-migration'
      ? [
          { name: runbook.sourcePassword, use: `source of ${id}` },
          { name: runbook.targetPassword, use: `target of ${id}` },
        ]
      : [],
  ),
];
