import type { Workload } from '../shared/contracts/workload';
import type { AzureResources } from '../shared/ports/azure-resources';
import type { Ledger } from '../shared/ledger/ledger';
import type { BlobTarget, BlobTargets } from '../shared/ports/blob-target';
import type { Check } from '../shared/ports/check';
import type { ClaimChecks } from '../shared/ports/claim-checks';
import type { Clock } from '../shared/ports/clock';
import type { DeadLetters } from '../shared/ports/dead-letters';
import type { EndpointProbe } from '../shared/ports/endpoint-probe';
import type { EventBus } from '../shared/ports/event-bus';
import type { HttpProbe } from '../shared/ports/http-probe';
import type { Journal } from '../shared/ports/journal';
import type { Notifier } from '../shared/ports/notifier';
import type { OutboundHttp } from '../shared/ports/outbound-http';
import type { ReleasePipelines } from '../shared/ports/release-pipelines';
import type { Runbooks } from '../shared/ports/runbook';
import type { Scripts } from '../shared/ports/scripts';
import type { Secrets } from '../shared/ports/secrets';
import type { Store } from '../shared/ports/store';
import type { TrafficSwitches } from '../shared/ports/traffic-switch';
import type { Worker } from '../shared/ports/worker';
import type { WorkloadControls } from '../shared/ports/workload-controls';
import type { Settings } from './settings';

/** The technology the application runs on: one set for each home. */
export interface Adapters {
  readonly store: Store;
  readonly journal: Journal;
  readonly bus: EventBus;
  readonly claimChecks: ClaimChecks;
  readonly deadLetters: DeadLetters;
  readonly blobs: BlobTargets;
  /** Where the heads of ended logs are kept (R133); null: nowhere. */
  readonly anchors: BlobTarget | null;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly http: OutboundHttp;
  /** What this home has to be checked for beyond what both are. */
  readonly checks: readonly Check[];
  close(): Promise<void>;
}

/** What functions work with. */
export interface Services extends Omit<Adapters, 'store' | 'close'> {
  readonly ledger: Ledger;
  readonly settings: Settings;
  readonly notifier: Notifier;
  readonly probe: HttpProbe;
  readonly runbooks: Runbooks;
  readonly releases: ReleasePipelines;
  readonly azure: AzureResources;
  readonly endpoints: EndpointProbe;
  readonly scripts: Scripts;
  readonly worker: Worker;
  readonly traffic: TrafficSwitches;
  controlsOf(workload: Workload): WorkloadControls;
}
