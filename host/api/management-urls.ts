import { isSameKey } from '../host-keys';

/** Addresses of the durable HTTP API. */
export interface ManagementAddress {
  /** `http://127.0.0.1:port` */
  readonly origin: string;
  readonly taskHub: string;
  readonly systemKey: string;
  /** Secret path segment of the address that the SDK calls, since it drops query strings. */
  readonly rpcSecret: string;
}

const RPC_FOLDER = 'durabletask';
export const WEBHOOK_PATH = '/runtime/webhooks/durabletask';
const CONNECTION = 'Storage';

export const rpcPath = (address: ManagementAddress): string => `/${address.rpcSecret}/${RPC_FOLDER}`;

/** True of a path below that of the SDK. Takes the same time whichever secret the path has. */
export const isRpcPath = (address: ManagementAddress, path: string): boolean => {
  const [, secret, folder, ...rest] = path.split('/', 4);
  return folder === RPC_FOLDER && rest.length > 0 && isSameKey(secret, address.rpcSecret);
};

/** What answers to a start carry, and what createCheckStatusResponse hands to a client. */
export const managementUrls = (address: ManagementAddress, instanceId: string): Record<string, string> => {
  const instance = `${address.origin}${WEBHOOK_PATH}/instances/${instanceId}`;
  const query = requiredQuery(address);
  return {
    id: instanceId,
    statusQueryGetUri: `${instance}?${query}`,
    sendEventPostUri: `${instance}/raiseEvent/{eventName}?${query}`,
    terminatePostUri: `${instance}/terminate?reason={text}&${query}`,
    purgeHistoryDeleteUri: `${instance}?${query}`,
    restartPostUri: `${instance}/restart?${query}`,
    suspendPostUri: `${instance}/suspend?reason={text}&${query}`,
    resumePostUri: `${instance}/resume?reason={text}&${query}`,
  };
};

/** The value of a durableClient input binding. */
export const clientPayload = (address: ManagementAddress): Record<string, unknown> => {
  const create = `${address.origin}${WEBHOOK_PATH}/orchestrators/{functionName}[/{instanceId}]`;
  const query = requiredQuery(address);
  const urls = managementUrls(address, 'INSTANCEID');
  return {
    taskHubName: address.taskHub,
    connectionName: CONNECTION,
    creationUrls: {
      createNewInstancePostUri: `${create}?${query}`,
      createAndWaitOnNewInstancePostUri: `${create}?timeout={timeoutInSeconds}&pollingInterval={intervalInSeconds}&${query}`,
    },
    managementUrls: {
      ...urls,
      rewindPostUri: `${address.origin}${WEBHOOK_PATH}/instances/INSTANCEID/rewind?reason={text}&${query}`,
    },
    baseUrl: `${address.origin}${WEBHOOK_PATH}`,
    requiredQueryStringParameters: query,
    rpcBaseUrl: `${address.origin}${rpcPath(address)}/`,
  };
};

const requiredQuery = ({ taskHub, systemKey }: ManagementAddress): string =>
  `taskHub=${taskHub}&connection=${CONNECTION}&code=${systemKey}`;
