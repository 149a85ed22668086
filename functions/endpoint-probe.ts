import { NetworkWatcherProbe } from '../shared/adapters/arm/network-watcher-probe';
import { GuardedEndpointProbe } from '../shared/adapters/safe-http/guarded-endpoint-probe';
import { parseAllowedAddresses } from '../shared/adapters/safe-http/outbound-http';
import type { ArmClient } from '../shared/adapters/arm/arm-client';
import type { EndpointProbe } from '../shared/ports/endpoint-probe';
import type { OutboundHttp } from '../shared/ports/outbound-http';

/** Looks from where an endpoint is to be looked at from: this process, or a machine in the customer's network. */
export const endpointProbe = (
  allowedAddresses: string | undefined,
  http: OutboundHttp,
  client: ArmClient,
): EndpointProbe => {
  const here = new GuardedEndpointProbe({ allowed: parseAllowedAddresses(allowedAddresses), http });
  const inside = new NetworkWatcherProbe({ client });
  return { look: (endpoint) => (endpoint.from === undefined ? here : inside).look(endpoint) };
};
