import type * as AppConfiguration from '@azure/app-configuration';
import type { TokenCredential } from '@azure/core-auth';
import type { ArmClient } from '../shared/adapters/arm/arm-client';
import { AppConfigurationSwitch } from '../shared/adapters/app-configuration/app-configuration-switch';
import { AzureDnsSwitch } from '../shared/adapters/arm/azure-dns-switch';
import { FrontDoorSwitch } from '../shared/adapters/arm/front-door-switch';
import { TrafficProfileSwitch } from '../shared/adapters/arm/traffic-profile-switch';
import { DnsUpdateSwitch } from '../shared/adapters/dns-update/dns-update-switch';
import { createAddressRules } from '../shared/adapters/safe-http/address-rules';
import { parseAllowedAddresses } from '../shared/adapters/safe-http/outbound-http';
import type { Traffic } from '../shared/contracts/traffic';
import type { Clock } from '../shared/ports/clock';
import type { Secrets } from '../shared/ports/secrets';
import type { TrafficSwitch, TrafficSwitches } from '../shared/ports/traffic-switch';
import { homeCredential, openArmClient } from './arm-client';
import type { Settings } from './settings';

export interface TrafficDeps {
  readonly settings: Pick<Settings, 'allowedAddresses' | 'armEndpoint' | 'azure'>;
  readonly secrets: Secrets;
  readonly clock: Clock;
}

/**
 * Every way of moving users, in both homes. Nothing is asked until a switch is looked at, and that is at readiness: credentials that
 * are missing are told then.
 */
export const trafficSwitches = ({ settings, secrets, clock }: TrafficDeps): TrafficSwitches => {
  const rules = createAddressRules(parseAllowedAddresses(settings.allowedAddresses));
  const refusal = (host: string, address: string): string | null => rules.refusal(host, address);
  const arm: ArmClient = openArmClient(settings);
  const stores = appConfigurationStores(homeCredential(settings));
  const of = (traffic: Traffic): TrafficSwitch => {
    switch (traffic.kind) {
      case 'dns-update':
        return new DnsUpdateSwitch(traffic, { secrets, clock, refusal });
      case 'azure-dns':
        return new AzureDnsSwitch(traffic, arm);
      case 'traffic-manager':
        return new TrafficProfileSwitch(traffic, arm);
      case 'front-door':
        return new FrontDoorSwitch(traffic, arm);
      case 'app-configuration':
        return new AppConfigurationSwitch(traffic, stores(traffic.store));
    }
  };
  return { of };
};

/** A client keeps a store's Sync-Token: one for each store, so that every later look sees what was written. */
const appConfigurationStores = (
  credential: TokenCredential,
): ((store: string) => AppConfiguration.AppConfigurationClient) => {
  const clients = new Map<string, AppConfiguration.AppConfigurationClient>();
  return (store) => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- it takes long to load, and most workloads move otherwise
    const { AppConfigurationClient } = require('@azure/app-configuration') as typeof AppConfiguration;
    const known =
      clients.get(store) ?? new AppConfigurationClient(`https://${store}.azconfig.io`, credential);
    clients.set(store, known);
    return known;
  };
};
