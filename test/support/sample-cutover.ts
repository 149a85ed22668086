// A cutover as the ledger would store it at its creation, for rules that need no store.
import type { Cutover } from '../../shared/contracts/cutover';
import type { Wave } from '../../shared/contracts/wave';
import type { Itinerary } from '../../shared/contracts/itinerary';
import { emptyLog } from '../../shared/domain/log-chain';
import { sampleItinerary, sampleWave, sampleWorkload, START } from './sample-plan';

export const SAMPLE_HASH = 'a'.repeat(64);

export const sampleStoredWave = (change: Partial<Wave> = {}): Wave => ({
  ...sampleWave(),
  log: emptyLog('wave:first'),
  eventSequence: 0,
  status: 'running',
  holds: [],
  holdReason: null,
  stopping: null,
  obstacle: null,
  ticketState: 'none',
  ticketAt: null,
  planHash: SAMPLE_HASH,
  approvedPlanHash: SAMPLE_HASH,
  requestedBy: 'Lena',
  editors: ['Lena'],
  cutovers: {},
  openGate: null,
  nextMayProceed: null,
  createdAt: START,
  updatedAt: START,
  startedAt: START,
  endedAt: null,
  ...change,
});

export const sampleCutover = (
  change: Partial<Cutover> = {},
  itinerary: Itinerary = sampleItinerary(),
): Cutover => ({
  id: 'first--shop',
  waveId: 'first',
  workloadId: 'shop',
  workload: sampleWorkload(),
  itinerary,
  planHash: SAMPLE_HASH,
  requestedBy: 'Lena',
  gateTiming: sampleWave().gateTiming,
  log: emptyLog('cutover:first--shop'),
  eventSequence: 0,
  status: 'running',
  waitingFor: null,
  paused: false,
  held: false,
  holdReason: null,
  stoppedAt: null,
  turningBack: null,
  stage: null,
  stages: itinerary.stages.map(({ name }) => ({
    name,
    status: 'pending',
    attempts: 0,
    beganAt: null,
    endedAt: null,
    evidence: null,
    reason: null,
  })),
  commandsReceived: 0,
  commandsDecided: 0,
  openGate: null,
  limits: {},
  passes: {},
  openPasses: {},
  outage: { beganAt: null, endedAt: null },
  outageOnReturn: { beganAt: null, endedAt: null },
  createdAt: START,
  updatedAt: START,
  arrivedAt: null,
  endedAt: null,
  ...change,
});
