import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom, seedOfThisRun } from '../faults/seeded-random';
import { ifReachable, TirelessPeople } from '../faults/tireless-people';
import { makeTwoWorkloads, WAVE, type TwoWorkloads } from '../faults/two-workloads';
import {
  everyEffectCameOnce,
  everyFileIsRight,
  everyLogVerifies,
  everyOrchestrationCompleted,
  onlyTheRightSideTakesWrites,
} from '../faults/what-must-hold';
import { eventType, gateType } from '../../shared/ledger/documents';
import { AzureHome } from '../support/azure-home';
import { startCauseway, type Causeway } from '../support/causeway';
import {
  deadLetters,
  recordedEvents,
  storedDocuments,
  subscribeRecorder,
  undelivered,
} from './event-recorder';
import { startStorm, type Storm } from './storm';

const FILES = 12;
const KILLS = 2;
const EARLIEST_KILL_MS = 1_500;
const KILL_WITHIN_MS = 4_000;
const LOOK_EVERY_MS = 200;
const PATIENCE_MS = 480_000;
const seed = seedOfThisRun();

describe(`a wave in the Azure home, its services in trouble and its host killed twice (FAULT_SEED=${seed})`, () => {
  let home: AzureHome;
  let causeway: Causeway;
  let workloads: TwoWorkloads;
  let storm: Storm;
  let surprises: readonly string[];

  beforeAll(async () => {
    home = new AzureHome();
    causeway = await startCauseway({ surroundings: home });
    workloads = await makeTwoWorkloads(causeway, FILES);
    subscribeRecorder(home);
    await causeway.makeWave(WAVE, [workloads.arriving, workloads.returning]);
    const random = seededRandom(seed);
    storm = startStorm(home, random);
    await causeway.api.startWave(causeway.people.lead, WAVE, 'The storm begins');
    const people = new TirelessPeople(causeway);
    try {
      for (let kills = 0; kills < KILLS; kills += 1) {
        await sleep(EARLIEST_KILL_MS + random.below(KILL_WITHIN_MS));
        await causeway.kill();
        await causeway.startHost();
      }
      await untilOver();
    } finally {
      storm.calm();
      await people.rest();
      surprises = people.surprises;
    }
    await causeway.until('the last messages', async () => (undelivered(home) === 0 ? true : null));
  });
  afterAll(() => causeway?.stop());

  const untilOver = async (): Promise<void> => {
    const deadline = performance.now() + PATIENCE_MS;
    while ((await ifReachable(() => causeway.wave(WAVE)))?.endedAt == null) {
      if (performance.now() > deadline) throw new Error(`the wave does not end\n${causeway.complaint()}`);
      await sleep(LOOK_EVERY_MS);
    }
  };

  it('hit what it was meant to hit', () => {
    expect([...storm.hits.keys()]).toEqual(
      expect.arrayContaining([
        'read answer 429',
        'batch answer 429',
        'batch answer 449',
        'batch answer-after 408',
        'connections dropped',
        'links detached',
      ]),
    );
  });

  it('R102 R56 has every file right, and only the right side of each workload takes writes', async () => {
    await everyFileIsRight(workloads);
    await onlyTheRightSideTakesWrites(workloads);
  });

  it('asked nobody anything but what it asks without trouble, and did everything once', () => {
    expect(surprises).toEqual([]);
    everyEffectCameOnce(workloads);
    const gates = storedDocuments(home, gateType);
    const asked = gates.map(({ subject, gate, stage }) => `${subject} ${stage} ${gate}`);
    expect(asked.toSorted()).toEqual([...new Set(asked)].toSorted());
    expect(gates.filter(({ status }) => status !== 'decided')).toEqual([]);
  });

  it('R133 has logs that verify, and no orchestration left', async () => {
    await everyLogVerifies(causeway);
    await everyOrchestrationCompleted(causeway);
  });

  it('told subscribers of every stored event and of no other, in the order of each subject', async () => {
    const isOfWave = ({ subject }: { subject: string }) => !subject.startsWith('workload:');
    const stored = Map.groupBy(storedDocuments(home, eventType).filter(isOfWave), ({ subject }) => subject);
    const recorded = Map.groupBy((await recordedEvents(home)).filter(isOfWave), ({ subject }) => subject);
    expect([...recorded.keys()].sort()).toEqual([...stored.keys()].sort());
    for (const [subject, events] of stored) {
      const expected = events.toSorted((one, other) => one.sequence - other.sequence);
      expect([subject, expected.map(({ sequence }) => sequence)]).toEqual([
        subject,
        expected.map((_, index) => index + 1),
      ]);
      const told = [...new Map(recorded.get(subject)?.map((event) => [event.id, event])).values()];
      expect([subject, told]).toEqual([subject, expected]);
    }
    expect(deadLetters(home)).toBe(0);
  });
});
