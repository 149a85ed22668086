import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
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
import { AzureHome } from '../support/azure-home';
import { startCauseway, type Causeway } from '../support/causeway';
import { deadLetters, recordedEvents, storedEvents, subscribeRecorder, undelivered } from './event-recorder';
import { startStorm, type Storm } from './storm';

jest.setTimeout(600_000);

const KILLS = 3;
const PATIENCE_MS = 300_000;
const seed = seedOfThisRun();

describe(`a wave in the Azure home, its services in trouble and its host killed (FAULT_SEED=${seed})`, () => {
  let home: AzureHome;
  let causeway: Causeway;
  let workloads: TwoWorkloads;
  let storm: Storm;
  let surprises: readonly string[];

  beforeAll(async () => {
    const random = seededRandom(seed);
    home = new AzureHome();
    causeway = await startCauseway({ surroundings: home });
    workloads = await makeTwoWorkloads(causeway, 60);
    subscribeRecorder(home);
    await causeway.makeWave(WAVE, [workloads.arriving, workloads.returning]);
    await causeway.api.startWave(causeway.people.lead, WAVE, 'The storm begins');
    storm = startStorm(home, random);
    const people = new TirelessPeople(causeway);
    for (let kills = 0; kills < KILLS; kills += 1) {
      await sleep(1_500 + random.below(4_000));
      await causeway.kill();
      await causeway.startHost();
    }
    await untilOver();
    storm.calm();
    await people.rest();
    surprises = people.surprises;
    await causeway.until('the last messages', async () => (undelivered(home) === 0 ? true : null));
  });
  afterAll(() => causeway?.stop());

  const untilOver = async (): Promise<void> => {
    const deadline = performance.now() + PATIENCE_MS;
    while ((await ifReachable(() => causeway.wave(WAVE)))?.endedAt == null) {
      if (performance.now() > deadline) throw new Error(`the wave does not end\n${causeway.complaint()}`);
      await sleep(200);
    }
  };

  it('hit both the store and the bus', () => {
    const names = [...storm.hits.keys()];
    expect(names.filter((name) => name.startsWith('cosmos batch')).length).toBeGreaterThan(0);
    expect(names.filter((name) => name.startsWith('service-bus')).length).toBeGreaterThan(2);
  });

  it('R102 R56 has every file right, and only the right side of each workload takes writes', async () => {
    await everyFileIsRight(workloads);
    await onlyTheRightSideTakesWrites(workloads);
  });

  it('asked nobody anything but what it asks without trouble, and did everything once', () => {
    expect(surprises).toEqual([]);
    everyEffectCameOnce(workloads);
  });

  it('R133 has logs that verify, and no orchestration left', async () => {
    await everyLogVerifies(causeway);
    await everyOrchestrationCompleted(causeway);
  });

  it('told subscribers of every stored event and of no other, in the order of each subject', async () => {
    const isOfWave = ({ subject }: { subject: string }) => !subject.startsWith('workload:');
    const stored = Map.groupBy((await storedEvents(home)).filter(isOfWave), ({ subject }) => subject);
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
