import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createOutboundHttp,
  type ClosableOutboundHttp,
} from '../../../shared/adapters/safe-http/outbound-http';
import { TeamsNotifier } from '../../../shared/adapters/teams/teams-notifier';
import { MigrationError } from '../../../shared/contracts/errors';
import { TeamsReceiver } from '../../support/teams-receiver';
import { sampleNotice } from './sample-gate';

let receiver: TeamsReceiver;
let http: ClosableOutboundHttp;
let waits: number[];
beforeEach(async () => {
  receiver = await TeamsReceiver.start();
  http = createOutboundHttp({ allowed: ['127.0.0.0/8'] });
  waits = [];
});
afterEach(async () => {
  await http.close();
  await receiver.close();
});

const notifier = (secretName: string | null = 'teams-webhook') =>
  new TeamsNotifier({
    http,
    secrets: {
      read: async (name) => {
        if (name === 'teams-webhook') return receiver.url;
        throw new MigrationError('secret-missing', `No secret ${name}`);
      },
    },
    clock: { now: () => new Date('2026-11-21T12:00:00Z') },
    secretName,
    wait: async (ms) => void waits.push(ms),
  });

describe('Teams', () => {
  it('R59 is sent one card as a message, confirmed by 202', async () => {
    expect(await notifier().tellOfGate(sampleNotice())).toEqual({ kind: 'delivered' });
    expect(receiver.messages).toHaveLength(1);
    const [message] = receiver.messages;
    expect(message?.contentType).toBe('application/json');
    expect(message?.body).toMatchObject({
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          contentUrl: null,
          content: { type: 'AdaptiveCard' },
        },
      ],
    });
  });

  it('R83 is sent notices too', async () => {
    const notice = { id: 'n1', title: 'Freeze begins', body: 'No deployments from 18:00.', facts: [] };
    expect(await notifier().notify(notice)).toEqual({ kind: 'delivered', via: 'teams' });
  });

  it.each([412, 429, 502, 504])('is asked again after %i, as long as it asks to wait', async (status) => {
    receiver.answer({ status, headers: { 'retry-after': '7' } }, { status });
    await notifier().tellOfGate(sampleNotice());
    expect(receiver.messages).toHaveLength(1);
    expect(waits).toEqual([7_000, 2_000]);
  });

  it('may name an instant to wait for', async () => {
    receiver.answer({ status: 429, headers: { 'retry-after': 'Sat, 21 Nov 2026 12:00:05 GMT' } });
    await notifier().tellOfGate(sampleNotice());
    expect(waits).toEqual([5_000]);
  });

  it.each([
    ['200, which the older webhooks also answered to what they dropped', [{ status: 200 }]],
    ['400', [{ status: 400 }]],
    ['404, as when the flow is gone', [{ status: 404 }]],
    ['a redirect', [{ status: 307, headers: { location: 'http://127.0.0.1/' } }]],
    ['a wish to wait for an hour', [{ status: 429, headers: { 'retry-after': '3600' } }]],
    ['trouble five times', Array.from({ length: 5 }, () => ({ status: 502 }))],
  ])('that answers %s has confirmed nothing', async (_, answers) => {
    receiver.answer(...answers);
    const told = notifier().tellOfGate(sampleNotice());
    await expect(told).rejects.toThrow(/^Teams did not take the message: status \d+$/);
    expect(receiver.messages).toEqual([]);
  });

  it('has an address that shows in no error', async () => {
    receiver.answer({ status: 400 });
    const refused: unknown = await notifier()
      .tellOfGate(sampleNotice())
      .catch((error: unknown) => error);
    const { url } = receiver;
    await receiver.close();
    const unreachable: unknown = await notifierTo(url)
      .tellOfGate(sampleNotice())
      .catch((error: unknown) => error);
    for (const error of [refused, unreachable]) {
      expect(error).toBeInstanceOf(Error);
      expect(describeDeeply(error)).not.toMatch(/SECRET|workflows/);
    }
    receiver = await TeamsReceiver.start();
  });

  it('that is not set up is unavailable, and asked for nothing', async () => {
    expect(await notifier(null).tellOfGate(sampleNotice())).toEqual({ kind: 'unavailable' });
    expect(receiver.messages).toEqual([]);
  });

  it('whose secret is missing is an error: it was meant to be there', async () => {
    await expect(notifier('other').tellOfGate(sampleNotice())).rejects.toMatchObject({
      code: 'secret-missing',
    });
  });
});

const notifierTo = (url: string) =>
  new TeamsNotifier({
    http,
    secrets: { read: async () => url },
    clock: { now: () => new Date() },
    secretName: 'teams-webhook',
  });

const describeDeeply = (error: unknown): string =>
  error instanceof Error
    ? `${error.stack ?? ''}${JSON.stringify(error)}${describeDeeply(error.cause)}`
    : String(error);
