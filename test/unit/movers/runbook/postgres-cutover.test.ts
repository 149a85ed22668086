import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PostgresMigration } from '../../../../shared/contracts/runbook';
import {
  PostgresMigrationsStandIn,
  SERVER_ID,
} from '../../../support/postgres-migrations/postgres-migrations-stand-in';
import { RunbookWorld, type RunbookScript } from '../../../support/runbook-world';

const RUNBOOK = PostgresMigration.parse({
  service: 'postgresql-migration',
  serverId: SERVER_ID,
  location: 'westeurope',
  name: 'shop',
  sourceType: 'OnPremises',
  source: 'db.example:5432@postgres',
  databases: ['shop'],
  mode: 'Online',
  sourceUser: 'postgres',
  sourcePassword: 'source',
  targetUser: 'admin',
  targetPassword: 'target',
});

describe('a cutover of a PostgreSQL database by the service itself', () => {
  let standIn: PostgresMigrationsStandIn;
  let world: RunbookWorld;
  beforeEach(async () => {
    standIn = new PostgresMigrationsStandIn();
    await standIn.start();
  });
  afterEach(async () => {
    world.close();
    await standIn.stop();
  });
  const begin = (script: Partial<RunbookScript> = {}) => {
    world = new RunbookWorld({ endpoint: standIn.arm.endpoint, runbook: RUNBOOK, ...script });
    return world.run();
  };

  it('R63 is triggered by the answer to the go/no-go and by nothing before it; no password is stored', async () => {
    let atGoNoGo = '';
    const { cutover, log } = await begin({
      answer: (gate) => {
        if (gate.gate === 'go-no-go') atGoNoGo = standIn.migrations.get('shop1')?.state ?? '';
        return gate.choices[0]!;
      },
    });
    expect(cutover.status).toBe('completed');
    expect(atGoNoGo).toBe('WaitingForUserAction');
    expect(standIn.migrations.get('shop1')?.state).toBe('Succeeded');
    const stored = JSON.stringify([cutover, log, await world.under.snapshot(`cutover:${cutover.id}`)]);
    expect(stored).not.toContain('secret of');
  });

  it('R64 begins another migration where one failed and people say so', async () => {
    standIn.nextFails = 'the disk is full';
    const { cutover } = await begin();
    expect(cutover.status).toBe('completed');
    expect([...standIn.migrations.values()].map(({ name, state }) => `${name} ${state}`)).toEqual([
      'shop1 Failed',
      'shop2 Succeeded',
    ]);
    expect(world.asked.find(({ gate }) => gate === 'stage-failed')?.question).toContain('the disk is full');
  });

  it('logs that the service cannot pause while the cutover stands still, and goes on with it afterwards', async () => {
    let given = 0;
    const { cutover, log } = await begin({
      atWait: (now) => {
        if (given === 0 && standIn.migrations.has('shop1')) {
          given = 1;
          return 'pause';
        }
        if (given === 1 && now.paused) {
          given = 2;
          return 'resume';
        }
        return null;
      },
    });
    expect(cutover.status).toBe('completed');
    const said = log.filter(({ kind }) => kind === 'runbook.failed').map(({ summary }) => summary);
    expect(said[0]).toContain('goes on while the cutover stands still');
  });
});
