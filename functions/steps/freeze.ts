import { control, factsOf } from './control';
import { cancelRuns } from './runbook';
import { done, type Step } from './step';

/** R86 R87: no deployments or configuration changes at the source from now on. */
export const freezeSource: Step = async (context) => {
  const frozen = await control(context, 'freeze', 'source');
  if (frozen.kind === 'stopped') return frozen.result;
  return done(frozen.evidence.source, 'the source is frozen', factsOf(frozen.reply));
};

/** Compensation of the freeze. A runbook of another service must be over by then. */
export const unfreezeSource: Step = async (context) => {
  const running = await cancelRuns(context);
  if (running) return running;
  const thawed = await control(context, 'unfreeze', 'source');
  if (thawed.kind === 'stopped') return thawed.result;
  return done(thawed.evidence.source, 'the freeze is lifted', factsOf(thawed.reply));
};
