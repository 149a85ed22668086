// Network Watcher's connectivity check as the stand-in for Resource Manager serves it: a long-running operation whose result has the
// shape of the example in Azure's public REST specification. It proves nothing about networks: what can be reached is what a test says.
import { randomUUID } from 'node:crypto';
import { armError, type Arm, type ArmReply } from './arm-messages';

interface CheckBody {
  readonly source: { readonly resourceId: string };
  readonly destination: { readonly address: string; readonly port: number };
  readonly protocol?: string;
}

/** The watchers of a subscription: one for each region. */
export const listNetworkWatchers = (arm: Arm, subscriptionId: string): ArmReply => ({
  status: 200,
  body: {
    value: arm.networkWatchers.map((location) => ({
      id: `/subscriptions/${subscriptionId}/resourceGroups/NetworkWatcherRG/providers/Microsoft.Network/networkWatchers/NetworkWatcher_${location}`,
      name: `NetworkWatcher_${location}`,
      location,
      properties: { provisioningState: 'Succeeded' },
    })),
  },
});

export const checkConnectivity = (arm: Arm, subscriptionId: string, body: unknown): ArmReply => {
  const { source, destination, protocol } = body as CheckBody;
  if (protocol !== 'Tcp' || !arm.state.resources.has(source.resourceId.toLowerCase()))
    return armError(400, 'InvalidParameter', 'source or protocol is not what is checked here');
  const { connectionStatus, address, issue } = arm.reach.get(
    `${destination.address}:${destination.port}`,
  ) ?? {
    connectionStatus: 'Disconnected',
    address: null,
    issue: 'DnsResolution',
  };
  const [first, last] = [randomUUID(), randomUUID()];
  const issues =
    issue === undefined ? [] : [{ origin: 'Local', severity: 'Error', type: issue, context: [] }];
  const reached = connectionStatus === 'Connected' || connectionStatus === 'Reachable';
  return arm.operation(subscriptionId, {
    status: 200,
    body: {
      hops: [
        { type: 'Source', id: first, address: '10.1.1.4', nextHopIds: [last], issues },
        { type: 'VirtualNetwork', id: last, address: address ?? '', nextHopIds: [], issues: [] },
      ],
      connectionStatus,
      probesSent: 30,
      probesFailed: reached ? 0 : 30,
    },
  });
};
