import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCauseway, type Causeway } from '../support/causeway';
import { TeamsReceiver } from '../support/teams-receiver';
import { lookInto } from './data-files';
import { untilOver } from './killed-wave';
import { publishAgain, RECORDER, subscribeRecorder } from './recorder';
import { seededRandom, seedOfThisRun } from './seeded-random';
import { TirelessPeople } from './tireless-people';
import { makeTwoWorkloads, WAVE, type TwoWorkloads } from './two-workloads';
import {
  everyEffectCameOnce,
  everyEventArrived,
  everyFileIsRight,
  everyGateWasAskedOnce,
  everyLogVerifies,
  everyOrchestrationCompleted,
  onlyTheRightSideTakesWrites,
} from './what-must-hold';

const PAUSE_MS = 400;
const MOST_WAITING = 500;
const ROUNDS_AFTERWARDS = 3;

describe('events that come again and out of order', () => {
  const random = seededRandom(seedOfThisRun());
  let causeway: Causeway;
  let teams: TeamsReceiver;
  let wave: TwoWorkloads;
  let people: TirelessPeople;
  let rounds = 0;

  /** Not where a slow machine still has enough of the last rounds to deliver. */
  const repeatAll = (): void => {
    if (lookInto(causeway.dataDir, (files) => files.undelivered(RECORDER)) > MOST_WAITING) return;
    const events = lookInto(causeway.dataDir, (files) => files.all('event'));
    rounds += 1;
    publishAgain(causeway.dataDir, random.shuffled(events), `${rounds}`);
  };

  const everythingStored = () =>
    lookInto(causeway.dataDir, (files) => ({
      waves: files.all('wave'),
      cutovers: files.all('cutover'),
      gates: files.all('gate'),
      events: files.all('event'),
      episodes: files.episodes(),
    }));

  beforeAll(async () => {
    process.stdout.write(`FAULT_SEED=${random.seed}\n`);
    teams = await TeamsReceiver.start();
    process.env['CAUSEWAY_TEAMS_WEBHOOK_SECRET'] = 'teams-webhook';
    causeway = await startCauseway();
    causeway.secrets['teams-webhook'] = teams.url;
    wave = await makeTwoWorkloads(causeway, 20);
    subscribeRecorder(causeway.dataDir);
    await causeway.makeWave(WAVE, [wave.arriving, wave.returning]);
    await causeway.api.startWave(causeway.people.lead, WAVE, 'Echoes begin');
    people = new TirelessPeople(causeway);
    let isOver = false;
    const repeating = (async (): Promise<void> => {
      while (!isOver) {
        repeatAll();
        await sleep(PAUSE_MS);
      }
    })();
    try {
      await untilOver(causeway, () => {
        isOver = true;
        return people.rest();
      });
    } finally {
      isOver = true;
      await repeating;
    }
  });
  afterAll(async () => {
    await causeway?.stop();
    await teams?.close();
  });

  it('has the same outcome, and nothing done or asked twice', async () => {
    expect(rounds).toBeGreaterThan(5);
    expect(people.surprises).toEqual([]);
    await untilOver(causeway);
    await everyFileIsRight(wave);
    everyEffectCameOnce(wave);
    everyGateWasAskedOnce(causeway.dataDir);
    await everyLogVerifies(causeway);
    await everyOrchestrationCompleted(causeway);
  });

  it('shows no card twice', () => {
    const cards = teams.messages.map(({ body }) => JSON.stringify(body));
    expect(cards.length).toBeGreaterThan(10);
    expect(cards).toEqual([...new Set(cards)]);
  });

  it('changes nothing any more once all is over', async () => {
    const before = everythingStored();
    const cards = teams.messages.length;
    for (let round = 0; round < ROUNDS_AFTERWARDS; round += 1) repeatAll();
    await untilOver(causeway);
    expect(everythingStored()).toEqual(before);
    expect(teams.messages).toHaveLength(cards);
    everyEventArrived(causeway.dataDir, 'in any order');
    await onlyTheRightSideTakesWrites(wave);
  });
});
