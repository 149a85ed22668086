import type { WavePlan } from '../../shared/contracts/wave-plan';
import type { Facts, Part } from './command';
import { workloadFacts } from './show-planned-workload';
import { moment, period } from './time-words';

/** What people approve, in words. Of the stages' guards and compensations the hash covers more than is said here. */
export const showPlan = ({ planHash, isAsPlanned, plan }: WavePlan): Part[] => [
  {
    title: `${plan.id}: ${plan.name}`,
    facts: [['plan hash', planHash], ['attention', isAsPlanned ? '' : CHANGED], ...scheduled(plan)],
  },
  ...plan.workloads.map((workload, index) => ({
    title: `${index + 1} of ${plan.workloads.length}. ${workload.id}: ${workload.name}`,
    facts: workloadFacts(workload),
  })),
  { title: 'Every word that the hash covers: --output json', facts: [] },
];

const CHANGED = 'a workload was changed after the wave was planned: import the wave again before it starts';

const scheduled = ({ window, blackouts, ...plan }: WavePlan['plan']): Facts['facts'] => [
  ['window', period(window, window.timeZone)],
  [
    'blackouts',
    blackouts.length === 0
      ? 'none'
      : blackouts.flatMap((blackout) => [...period(blackout, window.timeZone), `  ${blackout.reason}`]),
  ],
  [
    'starts',
    plan.scheduledStart === null
      ? 'when somebody starts it'
      : `by itself at ${moment(plan.scheduledStart, window.timeZone)}`,
  ],
  [
    'ticket',
    plan.changeTicket === null ? 'none' : `${plan.changeTicket}, which has to be approved meanwhile`,
  ],
  ['after', plan.afterWave === null ? 'no other wave' : `the review of ${plan.afterWave}`],
  [
    'order',
    `${plan.workloads.map(({ id }) => id).join(', then ')}; at most ${plan.maxConcurrentCutovers} at a time`,
  ],
];
