import { Itinerary, type StageInput } from '../../shared/contracts/itinerary';
import { offline } from './offline';

const stagesOf = (from: string, to: string): StageInput[] => {
  const names = offline.stages.map(({ name }) => name);
  return offline.stages.slice(names.indexOf(from), names.indexOf(to) + 1);
};

/** Stages that work on data, left out where the application keeps none. */
const DATA = ['initial-copy', 'incremental-passes', 'backup', 'final-pass', 'restore', 'verify-items'];

const asRedeployed = (stage: StageInput): StageInput => {
  if (DATA.includes(stage.name)) return { ...stage, onlyWith: 'data' };
  return stage.name === 'start-target' ? { ...stage, onFailure: 'turn-back' } : stage;
};

const DEPLOY: StageInput = {
  name: 'deploy',
  title: 'Deploy the release by its pipeline',
  work: { kind: 'step', step: 'deployRelease' },
  guards: ['waveReleased', 'changeTicket'],
  compensation: 'redeployPrevious',
  requirements: ['R51', 'R115', 'R116', 'R117'],
};

const START_RELEASE: StageInput = {
  name: 'start-release',
  title: 'Start the release read-only and watch it',
  work: { kind: 'step', step: 'startRelease' },
  compensation: 'stopTarget',
  onFailure: 'turn-back',
  requirements: ['R51', 'R105', 'R118'],
};

/**
 * The application is deployed anew instead of moved; its data follows by the offline method (R119). Both sides stand beside each
 * other until users are sent over, and back if need be. Where the release isn't healthy the cutover turns back by itself, and the
 * previous release is deployed again (R51). Change it, or the offline one that it takes its other stages from, only under a new
 * version: running cutovers carry their own copy.
 */
export const redeploy = Itinerary.parse({
  name: 'redeploy',
  version: 1,
  stages: [
    ...stagesOf('readiness', 'verify-target'),
    DEPLOY,
    ...stagesOf('initial-copy', 'incremental-passes').map(asRedeployed),
    START_RELEASE,
    ...stagesOf('go-no-go', 'stabilise').map(asRedeployed),
  ],
});
