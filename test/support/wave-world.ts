// Steps the orchestration of a wave with the real activities over a real ledger, without an engine: nothing is replayed, and time
// passes only in waits. What its cutovers do is up to the test.
import * as gates from '../../functions/activities/gates';
import * as waves from '../../functions/activities/waves';
import type { Services } from '../../functions/services';
import { wave } from '../../orchestrations/wave';
import { FakeInstances } from './fake-instances';
import type { LedgerUnderTest } from './ledger-under-test';
import { stepToEnd, type World } from './stepped-durable';

type Run = (services: Services, input: never, instances: FakeInstances) => Promise<unknown>;

const activities: Readonly<Record<string, Run>> = { ...gates, ...waves };

/** Runs a wave to its end; each wait takes the next of the actions and is woken by it. Throws where none is left. */
export const runWave = async (
  under: LedgerUnderTest,
  waveId: string,
  ...actions: (() => Promise<unknown>)[]
): Promise<void> => {
  const instances = new FakeInstances();
  const services = { ledger: under.ledger } as Services;
  const waits = [...actions];
  const world: World = {
    nowMs: () => under.now,
    activity: (name, input) => {
      const run = activities[name];
      if (!run) throw new Error(`activity ${name} is not part of a wave`);
      return run(services, input as never, instances);
    },
    child: () => Promise.reject(new Error('a wave has no children')),
    idle: async () => {
      const act = waits.shift();
      if (!act) throw new Error('the wave waits for more');
      await act();
      return 'wake';
    },
  };
  await stepToEnd(wave, { waveId }, world);
  if (waits.length > 0) throw new Error(`the wave ended before ${waits.length} more actions`);
};
