import type { Remediation } from '../../shared/contracts/planning/classification';
import type { Connection, Portfolio } from '../../shared/contracts/planning/portfolio';
import { trackedRemediations } from '../../shared/domain/planning/readiness/tracked-remediations';

export type WorkloadRemediation = Remediation & {
  readonly workloadId: string;
  readonly workloadName: string;
};

/** What is to be done in a portfolio, or of one workload of it, on that day: by workload, then as its rules have it. */
export const remediationsOf = (
  { workloads, connections }: Portfolio,
  today: string,
  only: string | null,
): WorkloadRemediation[] => {
  const outgoing = new Map<string, Connection[]>();
  for (const connection of connections) {
    const theirs = outgoing.get(connection.from);
    if (theirs === undefined) outgoing.set(connection.from, [connection]);
    else theirs.push(connection);
  }
  return workloads
    .filter(({ id }) => only === null || id === only)
    .flatMap((workload) =>
      trackedRemediations(workload, outgoing.get(workload.id) ?? [], today).map((item) => ({
        ...item,
        workloadId: workload.id,
        workloadName: workload.name,
      })),
    );
};
