import type { StageInput } from '../../shared/contracts/itinerary';

/** What every method begins with, before anything is made or moved: what changes here needs a new version of each of them. */
export const preparation: readonly StageInput[] = [
  {
    name: 'readiness',
    title: 'Check readiness',
    work: { kind: 'step', step: 'checkReadiness' },
    guards: ['planHash'],
    requirements: ['R1', 'R2', 'R9', 'R10', 'R49', 'R52', 'R61'],
  },
  {
    name: 'notify',
    title: 'Tell IT, owners and users',
    work: { kind: 'step', step: 'notifyStakeholders' },
    requirements: ['R42', 'R47', 'R83'],
  },
  {
    name: 'standby',
    title: 'Support on standby, escalation agreed',
    work: { kind: 'step', step: 'confirmStandby' },
    requirements: ['R84', 'R85'],
  },
  {
    name: 'freeze',
    title: 'Freeze changes at the source',
    work: { kind: 'step', step: 'freezeSource' },
    guards: ['waveReleased', 'changeTicket'],
    compensation: 'unfreezeSource',
    requirements: ['R86', 'R87'],
  },
  {
    name: 'verify-target',
    title: 'Verify the target',
    work: { kind: 'step', step: 'verifyTarget' },
    requirements: ['R92', 'R93', 'R94', 'R95'],
  },
];
