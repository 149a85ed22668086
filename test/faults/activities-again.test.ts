import { afterEach, describe, expect, it } from '@jest/globals';
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startCauseway, type Causeway } from '../support/causeway';
import { runKilledWave } from './killed-wave';
import { describeRun } from './run-report';
import { seededRandom, seedOfThisRun } from './seeded-random';
import {
  everyEffectCameOnce,
  everyEventArrived,
  everyFileIsRight,
  everyGateWasAskedOnce,
  everyLogVerifies,
  onlyTheRightSideTakesWrites,
  storyOf,
} from './what-must-hold';

const FILES = 30;
const REWINDS = 3;
const ENGINE = ['engine.db', 'engine.db-wal'];

/**
 * The engine forgets everything since the wave began, again and again: every activity that ran since then is run again, in a new
 * execution, over a store that holds its effects. More than an engine that loses nothing ever does to the application.
 */
describe('an engine that forgets', () => {
  let causeway: Causeway;
  afterEach(() => causeway.stop());

  const copyAll = (from: string, to: string): void => {
    for (const name of ENGINE) {
      rmSync(join(to, name), { force: true });
      if (existsSync(join(from, name))) copyFileSync(join(from, name), join(to, name));
    }
  };

  it('has every activity repeated and no effect doubled, no question asked again, no line logged twice', async () => {
    causeway = await startCauseway();
    const random = seededRandom(seedOfThisRun());
    const wave = await runKilledWave(causeway, {
      random,
      kills: 1 + REWINDS,
      files: FILES,
      whileDown: (kill) => {
        if (kill === 0) copyAll(causeway.dataDir, causeway.folder);
        else {
          rmSync(join(causeway.dataDir, 'engine.db-shm'), { force: true });
          copyAll(causeway.folder, causeway.dataDir);
        }
      },
    });
    process.stdout.write(
      describeRun({ seed: random.seed, hits: wave.hits, failure: null }).replace(
        'everything held',
        'rewound',
      ),
    );
    expect(wave.surprises).toEqual([]);
    await everyFileIsRight(wave);
    await onlyTheRightSideTakesWrites(wave);
    everyEffectCameOnce(wave);
    everyEventArrived(causeway.dataDir);
    everyGateWasAskedOnce(causeway.dataDir);
    // Not that the engine says so too: put back after the wave had ended, an instance waits out its last timer.
    for (const log of (await everyLogVerifies(causeway)).values()) {
      const story = storyOf(log);
      expect(story).toEqual([...new Set(story)]);
    }
  });
});
