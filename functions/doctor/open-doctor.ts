import type { Diagnosis } from '../../shared/contracts/diagnosis';
import type { Check } from '../../shared/ports/check';
import { CHANGE_REQUEST_SECRET } from '../http/change-requests';
import type { HttpIdentity } from '../http/services';
import type { Services } from '../services';
import { calendarCheck } from './calendar-check';
import { diagnose } from './diagnose';
import { hookHostsCheck } from './hook-hosts-check';
import { identityCheck } from './identity-check';
import { resourceGroupsCheck } from './resource-groups-check';
import { changeToolCheck, teamsCheck } from './secret-checks';
import { clockCheck, containerCheck } from './storage-checks';
import { storeCheck } from './store-check';
import { targetContainersCheck } from './target-containers-check';
import { workloadSecretsCheck } from './workload-secrets-check';

export type Doctored = Pick<
  Services,
  'ledger' | 'blobs' | 'azure' | 'anchors' | 'secrets' | 'clock' | 'http' | 'settings' | 'checks'
>;

/** The checks of both homes, and those that a home adds for what only it has. */
export const checksOf = (services: Doctored, identity: HttpIdentity): readonly Check[] => {
  const { ledger, blobs, azure, anchors, secrets, clock, http, settings } = services;
  return [
    storeCheck(ledger),
    containerCheck('backups', () => blobs.container(settings.backupContainer)),
    containerCheck('anchors', () => anchors),
    clockCheck(blobs, settings.backupContainer, clock),
    identityCheck(identity, () => settings.publicUrl()),
    changeToolCheck(secrets, CHANGE_REQUEST_SECRET),
    teamsCheck(secrets, http, settings.teamsWebhookSecret),
    hookHostsCheck(ledger.store, http),
    targetContainersCheck(ledger.store, blobs),
    resourceGroupsCheck(ledger.store, azure),
    workloadSecretsCheck(ledger.store, secrets),
    calendarCheck(ledger),
    ...services.checks,
  ];
};

export const openDoctor =
  (services: Doctored, identity: HttpIdentity, version: string) => (): Promise<Diagnosis> =>
    diagnose(checksOf(services, identity), { clock: services.clock, version });
