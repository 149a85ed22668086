import type { Gate } from '../../../shared/contracts/gate';
import type { GateNotice } from '../../../shared/ports/gate-notifier';

export const sampleGate = (changes: Partial<Gate> = {}): Gate => ({
  id: 'cutover-first--shop.redirect.rollback-decision.1',
  subject: 'cutover:first--shop',
  gate: 'rollback-decision',
  stage: 'observe',
  question: 'The error rate is 12 %. Roll back?',
  choices: ['rollback', 'continue'],
  roles: ['owner', 'lead'],
  quorum: 'any',
  requestedBy: 'Lea Lead',
  planHash: 'ab'.repeat(32),
  openedAt: '2026-11-21T12:00:00.000Z',
  timing: { remindEveryMs: 3_600_000, escalateAfterMs: 14_400_000, expireAfterMs: 604_800_000 },
  extendedMs: 0,
  remindersSent: 0,
  escalatedAt: null,
  status: 'open',
  decisions: [],
  outcome: null,
  closedAt: null,
  ...changes,
});

export const sampleNotice = (changes: Partial<GateNotice> = {}): GateNotice => ({
  kind: 'requested',
  gate: sampleGate(),
  about: 'Workload Web shop (shop) in wave first',
  link: `https://causeway.example.org/api/gates/x/decide?link=1.${'A'.repeat(43)}`,
  closesAt: new Date('2026-11-28T12:00:00Z'),
  ...changes,
});
