import type { Controls } from '../../contracts/workload';
import type { OutboundHttp } from '../../ports/outbound-http';
import type { Secrets } from '../../ports/secrets';
import type { WorkloadControls } from '../../ports/workload-controls';
import { HttpHookControls } from './http-hook-controls';
import { ManualControls } from './manual-controls';

/** The controls a workload declares. Cheap and without state: made anew for every use. */
export function controlsFor(
  controls: Controls,
  deps: { readonly http: OutboundHttp; readonly secrets: Secrets },
): WorkloadControls {
  switch (controls.kind) {
    case 'http':
      return new HttpHookControls(controls, deps);
    case 'manual':
      return new ManualControls();
  }
}
