import type { InventoryWorkload } from '../../../contracts/planning/portfolio';

export interface DataVolume {
  readonly dataGb: number;
  readonly changeGbPerDay: number;
  readonly databaseGb: number;
  readonly assumed: readonly string[];
}

const UNKNOWN_SERVER_GB = 100;
/** Share of data that changes a day where nobody measured it. */
const CHANGE_SHARE = 0.02;

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);

/** What has to travel, and how much of it is new each day. Databases lie on the disks of servers: they don't count twice. */
export function dataVolume(workload: InventoryWorkload): DataVolume {
  const databaseGb = sum(workload.databases.map(({ sizeGb }) => sizeGb ?? 0));
  const disksGb = sum(workload.servers.map(({ storageGb }) => storageGb ?? UNKNOWN_SERVER_GB));
  const dataGb = workload.dataGb ?? Math.max(databaseGb, disksGb);
  const isGuessed = workload.dataGb === null && workload.servers.some(({ storageGb }) => storageGb === null);
  return {
    dataGb,
    databaseGb: Math.min(databaseGb, dataGb),
    changeGbPerDay: workload.changeGbPerDay ?? dataGb * CHANGE_SHARE,
    assumed: [
      ...(isGuessed ? ['dataGb'] : []),
      ...(workload.changeGbPerDay === null && dataGb > 0 ? ['changeGbPerDay'] : []),
    ],
  };
}
