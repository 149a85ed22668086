import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SqliteBus } from '../../shared/adapters/sqlite/sqlite-bus';
import { describeBus, message } from './bus-suite';

const start = Date.parse('2026-11-21T00:00:00Z');

describeBus('SqliteBus', () => {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-bus-'));
  let nowMs = start;
  const bus = new SqliteBus({ path: join(folder, 'bus.db'), now: () => nowMs });
  return {
    bus,
    elapse: (ms) => {
      nowMs += ms;
    },
    close: () => {
      bus.close();
      rmSync(folder, { recursive: true });
    },
  };
});

describe('SqliteBus', () => {
  let folder: string;
  let path: string;
  let nowMs: number;
  let opened: SqliteBus[];
  const open = (): SqliteBus => {
    const bus = new SqliteBus({ path, now: () => nowMs });
    opened.push(bus);
    return bus;
  };
  const rowsLeft = (table: string): number => {
    const db = new DatabaseSync(path, { readOnly: true });
    const row = db.prepare(`select count(*) as n from ${table}`).get();
    db.close();
    return Number(row?.['n']);
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'causeway-bus-'));
    path = join(folder, 'bus.db');
    nowMs = start;
    opened = [];
  });
  afterEach(() => {
    for (const bus of opened) bus.close();
    rmSync(folder, { recursive: true });
  });

  it('keeps nothing once every subscription has completed a message', () => {
    const bus = open();
    bus.ensureSubscription('t', 'one');
    bus.ensureSubscription('t', 'two', { requiresSession: true });
    bus.publish('t', [message('a', { sessionId: 's' })]);
    bus.complete(bus.receive('t', 'one')[0]!.lockToken);
    expect(rowsLeft('messages')).toBe(1);
    bus.complete(bus.receive('t', 'two')[0]!.lockToken);
    expect([rowsLeft('messages'), rowsLeft('deliveries')]).toEqual([0, 0]);
    nowMs += 3_600_000;
    bus.publish('t', [message('b')]);
    expect(rowsLeft('recent_message_ids')).toBe(1);
  });

  it('keeps nothing that no subscription takes', () => {
    const bus = open();
    bus.ensureSubscription('t', 'gates', { subjects: ['gate.requested'] });
    bus.publish('t', [message('a', { subject: 'wave.started' })]);
    expect(rowsLeft('messages')).toBe(0);
  });

  it('says how many messages of a batch were duplicates', () => {
    const bus = open();
    bus.ensureTopic('t');
    expect(bus.publish('t', [message('a'), message('b'), message('a')])).toEqual({
      accepted: 2,
      duplicates: 1,
    });
  });

  it('says whether a message given back became a dead letter', () => {
    const bus = open();
    bus.ensureSubscription('t', 'one', { maxDeliveryCount: 2 });
    bus.publish('t', [message('a')]);
    const giveBack = () => bus.abandon(bus.receive('t', 'one')[0]!.lockToken);
    expect([giveBack(), giveBack()]).toEqual(['abandoned', 'dead-lettered']);
  });

  it('refuses a topic and a subscription that do not exist', () => {
    const bus = open();
    expect(() => bus.publish('nowhere', [message('a')])).toThrow('there is no topic nowhere');
    expect(() => bus.receive('t', 'nobody')).toThrow('there is no subscription t/nobody');
  });

  it('refuses to change whether a subscription has sessions', () => {
    const bus = open();
    bus.ensureSubscription('t', 'one');
    expect(() => bus.ensureSubscription('t', 'one', { requiresSession: true })).toThrow(/without sessions/);
  });

  it('refuses a file of another format', () => {
    open().close();
    opened = [];
    const db = new DatabaseSync(path);
    db.exec('pragma user_version = 7');
    db.close();
    expect(() => open()).toThrow(/format 7/);
  });

  it('hands out a delayed message only when its delay is over, and its session waits with it', () => {
    const bus = open();
    bus.ensureSubscription('t', 'ordered', { requiresSession: true });
    bus.publish('t', [message('a', { sessionId: 's' }), message('b', { sessionId: 's' })]);
    bus.abandon(bus.receive('t', 'ordered')[0]!.lockToken, 2_000);
    expect(bus.receive('t', 'ordered', 10)).toEqual([]);
    const askedMs = nowMs;
    nowMs += 2_000;
    expect(bus.nextReadyAtMs('t', 'ordered', askedMs)).toBe(start + 2_000);
    expect(bus.nextReadyAtMs('t', 'ordered', nowMs)).toBeNull();
    expect(bus.receive('t', 'ordered', 10).map((each) => each.messageId)).toEqual(['a', 'b']);
  });

  it('still hands out what was published before the clock was set back', () => {
    const bus = open();
    bus.ensureSubscription('t', 'one');
    bus.publish('t', [message('a')]);
    nowMs -= 86_400_000;
    expect(bus.receive('t', 'one')).toHaveLength(1);
  });

  it('frees at start what a dead process had locked, and counts that delivery', () => {
    const dead = open();
    dead.ensureSubscription('t', 'one');
    dead.publish('t', [message('a')]);
    dead.receive('t', 'one');
    const next = open();
    expect(next.receive('t', 'one')).toEqual([]);
    expect(next.releaseAllLocks()).toBe(1);
    expect(next.receive('t', 'one')).toMatchObject([{ messageId: 'a', deliveryCount: 2 }]);
  });

  it('replays a dead letter in its old place with a fresh delivery count', () => {
    const bus = open();
    bus.ensureSubscription('t', 'ordered', { requiresSession: true, maxDeliveryCount: 1 });
    const sent = ['a', 'b', 'c'].map((id) => message(id, { sessionId: 's' }));
    bus.publish('t', sent);
    bus.abandon(bus.receive('t', 'ordered')[0]!.lockToken);
    const held = bus.receive('t', 'ordered')[0]!;
    expect(held.messageId).toBe('b');
    const [letter] = bus.deadLetters('t', 'ordered');
    expect(bus.replayDeadLetter('t', 'ordered', letter!.sequenceNumber)).toBe(true);
    expect(bus.replayDeadLetter('t', 'ordered', letter!.sequenceNumber)).toBe(false);
    expect(bus.receive('t', 'ordered')).toEqual([]);
    bus.complete(held.lockToken);
    expect(bus.receive('t', 'ordered', 5)).toMatchObject([
      { messageId: 'a', deliveryCount: 1 },
      { messageId: 'c', deliveryCount: 1 },
    ]);
    expect(bus.deadLetters('t', 'ordered')).toEqual([]);
  });

  it('does not replay a message without the session id that its subscription requires', () => {
    const bus = open();
    bus.ensureSubscription('t', 'ordered', { requiresSession: true });
    bus.publish('t', [message('a')]);
    const [letter] = bus.deadLetters('t', 'ordered');
    expect(bus.replayDeadLetter('t', 'ordered', letter!.sequenceNumber)).toBe(false);
    expect(bus.deadLetters('t', 'ordered')).toHaveLength(1);
  });

  it('wakes listeners on other connections of the process at once, until they stop listening', () => {
    const publisher = open();
    publisher.ensureSubscription('t', 'one');
    let calls = 0;
    const stop = open().onReady(() => (calls += 1));
    publisher.publish('t', [message('a')]);
    expect(calls).toBe(1);
    stop();
    publisher.publish('t', [message('b')]);
    expect(calls).toBe(1);
  });

  type Step = { kind: 'publish' | 'receive' | 'complete' | 'abandon' | 'elapse' | 'restart'; pick: number };
  const step = fc.record<Step>({
    kind: fc.constantFrom(
      'publish',
      'publish',
      'receive',
      'receive',
      'complete',
      'complete',
      'abandon',
      'elapse',
      'restart',
    ),
    pick: fc.nat(1_000),
  });

  it('completes each session in the order of publication and loses nothing, whatever consumers do', () => {
    let run = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        path = join(folder, `run-${(run += 1)}.db`);
        let bus = open();
        const options = { requiresSession: true, lockDurationMs: 1_000, maxDeliveryCount: 1_000_000 };
        bus.ensureSubscription('t', 'ordered', options);
        const published: Record<string, string[]> = {};
        const completed: Record<string, string[]> = {};
        const held: { session: string; id: string; lockToken: string; untilMs: number }[] = [];
        let count = 0;

        const receive = (limit: number): void => {
          for (const each of bus.receive('t', 'ordered', limit)) {
            const session = each.sessionId!;
            const live = held.filter((other) => other.session === session && other.untilMs > nowMs);
            expect(live).toEqual([]);
            held.push({
              session,
              id: each.messageId,
              lockToken: each.lockToken,
              untilMs: each.lockedUntilMs,
            });
          }
        };
        const settle = (kind: 'complete' | 'abandon', pick: number): void => {
          const chosen = held.splice(pick % Math.max(1, held.length), 1)[0];
          if (chosen === undefined) return;
          if (kind === 'abandon') bus.abandon(chosen.lockToken, pick % 2 === 0 ? 0 : 500);
          else if (bus.complete(chosen.lockToken) === 'completed')
            (completed[chosen.session] ??= []).push(chosen.id);
        };
        const act = ({ kind, pick }: Step): void => {
          if (kind === 'publish') {
            const session = `s${pick % 3}`;
            const id = `m${(count += 1)}`;
            bus.publish('t', [message(id, { sessionId: session })]);
            (published[session] ??= []).push(id);
          } else if (kind === 'receive') receive(1);
          else if (kind === 'elapse') nowMs += pick;
          else if (kind === 'restart') {
            bus = open();
            bus.releaseAllLocks();
            held.length = 0;
          } else settle(kind, pick);
        };

        steps.forEach(act);
        nowMs += 10_000;
        for (let left = 1; left > 0;) {
          const batch = bus.receive('t', 'ordered', 3);
          left = batch.length;
          for (const each of batch) {
            expect(bus.complete(each.lockToken)).toBe('completed');
            (completed[each.sessionId!] ??= []).push(each.messageId);
          }
        }
        expect(completed).toEqual(published);
        for (const each of opened.splice(0)) each.close();
      }),
      { numRuns: 60 },
    );
  });
});
