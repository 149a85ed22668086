import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { announce, registerTeams } from '../../../functions/messages/teams';
import { CausewayEvent } from '../../../shared/contracts/event';
import { eventType } from '../../../shared/ledger/documents';
import { answerGate, tendGate } from '../../../shared/ledger/gates';
import type { Notice } from '../../../shared/contracts/notice';
import type { GateNotice } from '../../../shared/ports/gate-notifier';
import { approved } from '../http/planning-cases';
import { makeWorld, type World } from '../http/world';
import { memoryClaimChecks } from '../../support/memory-claim-checks';

let world: World;
let told: GateNotice[];
let notices: Notice[];
let logged: string[];
let tell: (notice: GateNotice) => Promise<{ kind: 'delivered' | 'unavailable' }>;
let handler: ReturnType<typeof announce>;
beforeEach(async () => {
  world = await makeWorld();
  told = [];
  logged = [];
  tell = async (notice) => {
    told.push(notice);
    return { kind: 'delivered' };
  };
  notices = [];
  const gateNotifier = { tellOfGate: (notice: GateNotice) => tell(notice) };
  handler = announce({ ...world.api.services, claimChecks: memoryClaimChecks(), gateNotifier, notifier });
});
afterEach(() => world.api.close());

const notifier = {
  notify: async (notice: Notice) => {
    const { kind } = await tell({} as GateNotice);
    if (kind === 'unavailable') return { kind };
    notices.push(notice);
    return { kind, via: 'teams' };
  },
};
const receive = (message: unknown) => handler(message, { log: (line: string) => void logged.push(line) });

/** The newest stored event of a type, as the bus delivers it. */
async function eventOf(type: string): Promise<CausewayEvent> {
  const { items } = await world.api.store.list(eventType, world.gate.subject);
  return CausewayEvent.parse(items.map((item) => item.body).findLast((event) => event.type === type));
}

describe('the Teams subscriber', () => {
  it('R63 tells of a requested gate with a link to its decision page, once for an event however often it comes', async () => {
    const event = await eventOf('gate.requested');
    await receive(event);
    await receive(event);
    await receive(JSON.stringify(event));
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ kind: 'requested', gate: { id: world.gate.id } });
    expect(told[0]?.about).toContain('Web shop');
    const link = new URL(told[0]?.link ?? '');
    const opened = await world.api.call('showDecisionPage', {
      params: { id: world.gate.id },
      query: Object.fromEntries(link.searchParams),
    });
    expect(opened.status).toBe(200);
  });

  it('R85 tells of reminders and escalations', async () => {
    world.api.now = new Date(world.api.now.getTime() + 5 * 3_600_000);
    await tendGate(world.api.services.ledger, world.gate.subject, world.gate.id);
    await receive(await eventOf('gate.reminded'));
    await receive(await eventOf('gate.escalated'));
    expect(told.map(({ kind }) => kind)).toEqual(['reminded', 'escalated']);
  });

  it('tells how it was decided, and no longer asks', async () => {
    const requested = await eventOf('gate.requested');
    const answer = { choice: 'approve' as const, reason: 'Ready', planHash: world.gate.planHash ?? '' };
    await answerGate(world.api.services.ledger, { name: 'Ada', roles: ['approver'] }, world.gate.id, answer);
    await receive(requested);
    await receive(await eventOf('gate.decided'));
    expect(told.map(({ kind, gate }) => [kind, gate.outcome])).toEqual([['closed', 'approve']]);
  });

  it('throws what Teams did not confirm, so that the bus delivers it again, and tells it then', async () => {
    const event = await eventOf('gate.requested');
    const works = tell;
    tell = () => Promise.reject(new Error('Teams did not take the message: status 502'));
    await expect(receive(event)).rejects.toThrow('502');
    tell = works;
    await receive(event);
    expect(told).toHaveLength(1);
  });

  it('passes over events of other kinds', async () => {
    await receive(await eventOf('cutover.created'));
    expect(told).toEqual([]);
  });

  it('says once that no webhook is set up', async () => {
    tell = async () => ({ kind: 'unavailable' });
    const event = await eventOf('gate.requested');
    await receive(event);
    await receive(event);
    expect(logged).toEqual(['No Teams webhook is set up: decisions and dates are announced nowhere.']);
  });

  it('R42 R46 tells who is concerned of the old date and the new, why, and that it is not approved, once', async () => {
    await approved(world);
    const window = { start: '2026-12-19T20:00:00Z', end: '2026-12-20T06:00:00Z', timeZone: 'Europe/Berlin' };
    const edits = [{ kind: 'date', workloadId: 'till', window, reason: 'Christmas sales' }];
    await world.api.call('editPlan', { params: { id: 'big' }, headers: world.lead, body: { edits } });
    const { items } = await world.api.store.list(eventType, 'plan:big');
    const events = items.map(({ body }) => body).filter(({ type }) => type === 'plan.changed');
    for (const event of [...events, ...events]) await receive(event);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatchObject({ title: 'Dates have changed: Big plan' });
    expect(notices[0]?.body).toMatch(
      /^1 workload of plan big has another date in version 2. Why: date: Christmas sales \(Lea Lead\). It is not approved yet.* To be told: Olga Owner.$/,
    );
    expect(notices[0]?.facts).toEqual([
      {
        name: 'till',
        value: expect.stringMatching(
          /^Sat 2026-12-19 21:00 UTC\+1 to Sun 2026-12-20 07:00 UTC\+1 instead of \S+ \S+ \S+ UTC to .* UTC$/,
        ),
      },
    ]);
  });

  it('refuses a message that is no event, for the dead letters', async () => {
    await expect(receive({ type: 'gate.requested' })).rejects.toThrow();
  });

  it('is registered for sessions of the topic migration-events', () => {
    const registered: unknown[] = [];
    const app = {
      serviceBusTopic: (name: string, options: object) => void registered.push({ name, ...options }),
    };
    registerTeams(app, {
      ...world.api.services,
      claimChecks: memoryClaimChecks(),
      gateNotifier: { tellOfGate: tell },
      notifier,
    });
    expect(registered).toMatchObject([
      { name: 'teams', topicName: 'migration-events', subscriptionName: 'teams', isSessionsEnabled: true },
    ]);
  });
});
