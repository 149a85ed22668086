import { DnsUpdateSwitch } from '../shared/adapters/dns-update/dns-update-switch';
import { createAddressRules } from '../shared/adapters/safe-http/address-rules';
import { parseAllowedAddresses } from '../shared/adapters/safe-http/outbound-http';
import { MigrationError } from '../shared/contracts/errors';
import type { Traffic } from '../shared/contracts/traffic';
import type { Clock } from '../shared/ports/clock';
import type { Secrets } from '../shared/ports/secrets';
import type { TrafficSwitch, TrafficSwitches } from '../shared/ports/traffic-switch';
import type { Settings } from './settings';

export interface TrafficDeps {
  readonly settings: Pick<Settings, 'allowedAddresses'>;
  readonly secrets: Secrets;
  readonly clock: Clock;
}

/** Every way of moving users that this installation knows. What it lacks is told when the switch is looked at first: at readiness. */
export const trafficSwitches = ({ settings, secrets, clock }: TrafficDeps): TrafficSwitches => {
  const rules = createAddressRules(parseAllowedAddresses(settings.allowedAddresses));
  const refusal = (host: string, address: string): string | null => rules.refusal(host, address);
  const of = (traffic: Traffic): TrafficSwitch => {
    switch (traffic.kind) {
      case 'dns-update':
        return new DnsUpdateSwitch(traffic, { secrets, clock, refusal });
      case 'azure-dns':
      case 'traffic-manager':
      case 'front-door':
      case 'app-configuration':
        throw new MigrationError('unsupported', `traffic of the kind ${traffic.kind} cannot be moved yet`);
    }
  };
  return { of };
};
