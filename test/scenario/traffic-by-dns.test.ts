import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CutoverView } from '../../shared/contracts/api';
import { startCauseway, type Causeway, type Decide } from '../support/causeway';
import { bindMissing, KEY_NAME, KEY_SECRET, startBind9, ZONE, type Bind9 } from '../support/traffic/bind9';

const described = bindMissing === null ? describe : describe.skip;
if (bindMissing !== null)
  process.stderr.write(`Left out: traffic moved by DNS UPDATE, since ${bindMissing}\n`);

described('a workload whose users are sent to the target by DNS', () => {
  let causeway: Causeway;
  let bind: Bind9;
  const [atGoNoGo, atSignOff]: [object[], object[]] = [[], []];
  let arrived: CutoverView;
  let returned: CutoverView;

  beforeAll(async () => {
    bind = await startBind9();
    causeway = await startCauseway();
    causeway.secrets['dns-key'] = KEY_SECRET;
    const decideArrival: Decide = async ({ gate }) => {
      if (gate === 'go-no-go') atGoNoGo.push(await bind.dig(`arrives.${ZONE}`));
      return undefined;
    };
    const decideReturn: Decide = async ({ gate }) => {
      if (gate === 'sign-off') atSignOff.push(await bind.dig(`returns.${ZONE}`));
      if (gate === 'sign-off') return 'reject';
      return gate === 'rollback-decision' ? 'rollback' : undefined;
    };
    [arrived, returned] = await Promise.all([
      move('arrives', decideArrival),
      move('returns', decideReturn),
      move(
        'elsewhere',
        () => 'leave',
        ({ openGate }) => openGate?.includes('readiness.stage-failed') ?? false,
      ),
    ]);
  });
  afterAll(async () => {
    await bind?.stop();
    await causeway?.stop();
  });

  /** A workload with its record, moved as far as `decide` lets it. */
  const move = async (
    name: string,
    decide: Decide,
    until?: (cutover: CutoverView) => boolean,
  ): Promise<CutoverView> => {
    const workload = await causeway.makeWorkload({
      id: name,
      files: 3,
      plan: {
        observationChecks: [],
        traffic: {
          kind: 'dns-update',
          server: '127.0.0.1',
          port: bind.port,
          key: { name: KEY_NAME, secret: 'dns-key' },
          zone: ZONE,
          name,
          records: { type: 'A', source: ['10.0.0.5'], target: ['203.0.113.9'] },
          lowTtlSeconds: 1,
          waitMs: 0,
        },
      },
    });
    await causeway.beginWave(`by-dns-${name}`, [workload]);
    return causeway.drive(causeway.cutoverIdOf(`by-dns-${name}`, workload), until, decide);
  };

  it('R135 R147 arrives: the TTL is low before the outage begins, and as before in the end', async () => {
    expect(arrived.status).toBe('completed');
    expect(atGoNoGo.at(-1)).toEqual({ ttl: 1, values: ['10.0.0.5'] });
    expect(await bind.dig(`arrives.${ZONE}`)).toEqual({ ttl: 2, values: ['203.0.113.9'] });
    const redirect = arrived.stages.find(({ name }) => name === 'redirect')?.evidence;
    expect(redirect).toMatchObject({
      source: 'dns-update',
      facts: {
        activeSide: 'target',
        traffic: { rung: 1, weights: { source: 0, target: 1_000 }, ttlSeconds: 1 },
      },
    });
  });

  it('R147 R148 comes back: the record is exactly what it was', async () => {
    expect(atSignOff.at(-1)).toMatchObject({ values: ['203.0.113.9'] });
    expect(returned.status).toBe('rolled-back');
    expect(await bind.dig(`returns.${ZONE}`)).toEqual({ ttl: 2, values: ['10.0.0.5'] });
    const log = await causeway.log('cutovers', returned.id);
    const undone = log.filter(({ kind }) => kind === 'stage.compensated');
    expect([undone[0]?.facts['stage'], undone[0]?.actor]).toEqual(['redirect', 'dns-update']);
  });

  it('R9 does not begin where the record is not the one that was described', async () => {
    const gate = await causeway.openGate('cutover:by-dns-elsewhere--elsewhere', 'stage-failed', 'readiness');
    expect(gate.question).toContain('elsewhere.corp.example A: 192.0.2.77, TTL 2 s');
    expect(await bind.dig(`elsewhere.${ZONE}`)).toEqual({ ttl: 2, values: ['192.0.2.77'] });
  });
});
