import { control, factsOf } from './control';
import { lowerTtl, trafficFacts } from './switching/lower-ttl';
import { putBackTraffic } from './switching/put-back-traffic';
import { cancelRuns } from './runbook';
import { done, type Step } from './step';

/**
 * R86 R87: no deployments or configuration changes at the source from now on. The TTL of the workload's traffic is lowered here, so
 * that the old one runs out while the data is copied and not in the outage.
 */
export const freezeSource: Step = async (context) => {
  const lowering = await lowerTtl(context);
  if (lowering) return lowering;
  const frozen = await control(context, 'freeze', 'source');
  if (frozen.kind === 'stopped') return frozen.result;
  const facts = { ...factsOf(frozen.reply), ...(await trafficFacts(context)) };
  return done(frozen.evidence.source, 'the source is frozen', facts);
};

/** Compensation of the freeze. A runbook of another service must be over by then. */
export const unfreezeSource: Step = async (context) => {
  const running = await cancelRuns(context);
  if (running) return running;
  const back = await putBackTraffic(context);
  if (back.kind === 'stopped') return back.result;
  const thawed = await control(context, 'unfreeze', 'source');
  if (thawed.kind === 'stopped') return thawed.result;
  return done(thawed.evidence.source, 'the freeze is lifted', factsOf(thawed.reply));
};
