import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { wakeFor } from '../../../functions/messages/wake';
import { EventType, type CausewayEvent } from '../../../shared/contracts/event';
import { endCutover } from '../../../shared/ledger/stages';
import { FakeInstances } from '../../support/fake-instances';
import { LedgerUnderTest } from '../../support/ledger-under-test';
import { createCutover } from '../../../shared/ledger/cutovers';
import { sampleWorkload } from '../../support/sample-plan';

const event = (
  type: EventType,
  subject: string,
  data: CausewayEvent['data'] = {},
  sequence = 1,
): CausewayEvent => ({
  specversion: '1.0',
  id: `${subject}:${sequence}`,
  source: '/causeway',
  type,
  subject,
  time: '2026-11-21T12:00:00.000Z',
  datacontenttype: 'application/json',
  sequence,
  data,
});

describe('waking orchestrations by events', () => {
  let under: LedgerUnderTest;
  let id: string;
  let instances: FakeInstances;
  beforeEach(async () => {
    under = new LedgerUnderTest();
    id = await under.putCutover();
    instances = new FakeInstances();
  });
  afterEach(() => under.close());
  const deliver = (given: CausewayEvent) => wakeFor({ ledger: under.ledger }, instances, given);

  it.each<[EventType, string, string[]]>([
    ['wave.started', 'wave:first', ['start wave first']],
    ['wave.changed', 'wave:first', ['wake wave:first', 'wake cutover:first--shop']],
    ['cutover.commanded', 'cutover:first--shop', ['wake cutover:first--shop']],
    ['gate.decided', 'cutover:first--shop', ['wake cutover:first--shop']],
    ['gate.decided', 'wave:first', ['wake wave:first']],
    ['cutover.arrived', 'cutover:first--shop', ['wake wave:first']],
    ['cutover.turned-back', 'cutover:first--shop', ['wake wave:first']],
    ['cutover.ended', 'cutover:first--shop', ['wake wave:first']],
    ['gate.answered', 'cutover:first--shop', []],
    ['cutover.stage-began', 'cutover:first--shop', []],
  ])('%s of %s: %j', async (type, subject, calls) => {
    await deliver(event(type, subject, { waveId: 'first', cutoverId: id }));
    expect(instances.calls).toEqual(calls);
  });

  it('does not wake cutovers that have ended when their wave changes', async () => {
    await endCutover(under.ledger, id, 'cancelled');
    await deliver(event('wave.changed', 'wave:first', { waveId: 'first' }));
    expect(instances.calls).toEqual(['wake wave:first']);
  });

  it('wakes every cutover of a changed wave, also those beyond the first page', async () => {
    const find = under.store.find.bind(under.store);
    under.store.find = (type, index, range, page) => find(type, index, range, { ...page, limit: 1 });
    await createCutover(under.ledger, await under.wave(), sampleWorkload({ id: 'second' }));
    await deliver(event('wave.changed', 'wave:first', { waveId: 'first' }));
    expect(instances.calls).toHaveLength(3);
  });

  it('asks for the same, whatever the order and however often events come, and changes nothing that is stored', async () => {
    const all = EventType.options.map((type, index) =>
      event(
        type,
        index % 2 === 0 ? 'wave:first' : `cutover:${id}`,
        { waveId: 'first', environmentId: 'shop' },
        index + 1,
      ),
    );
    for (const given of all) await deliver(given);
    const wanted = new Set(instances.calls);
    const before = await under.snapshot(`cutover:${id}`);
    const deliveries = fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 });
    await fc.assert(
      fc.asyncProperty(deliveries, async (given) => {
        instances = new FakeInstances();
        for (const each of given) await deliver(each);
        expect(new Set(instances.calls)).toEqual(wanted);
      }),
      { numRuns: 20 },
    );
    expect(await under.snapshot(`cutover:${id}`)).toBe(before);
  });

  it('fails where waking fails, so that the bus delivers again', async () => {
    instances.failing = () => {
      throw new Error('the engine is away');
    };
    await expect(deliver(event('cutover.commanded', `cutover:${id}`))).rejects.toThrow('the engine is away');
  });
});
