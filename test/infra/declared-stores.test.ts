import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { EventType } from '../../shared/contracts/event';
import { CONTAINERS, DATABASE } from '../../shared/adapters/cosmos/containers';
import { INFRA, readContainers, readJson } from './bicep/read-infra';

const ROOT = join(INFRA, '..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

interface Subscription {
  readonly name: string;
  readonly requiresSession: boolean;
  readonly maxDeliveryCount: number;
  readonly eventTypes: readonly string[];
}
const subscriptions = readJson('service-bus-subscriptions.json') as Subscription[];

const subscribers = readdirSync(join(ROOT, 'functions', 'messages'))
  .map((file) => ({ file: `functions/messages/${file}`, text: read(`functions/messages/${file}`) }))
  .filter(({ text }) => text.includes('app.serviceBusTopic('));
const nameOf = (text: string): string => /subscriptionName: '([\w-]+)'/.exec(text)?.[1] ?? '';

describe('R88 the stores that the templates declare', () => {
  it('are the containers that the Cosmos DB adapter works with', () => {
    expect(readContainers()).toEqual(JSON.parse(JSON.stringify(CONTAINERS)));
    expect(read('infra/modules/cosmos.bicep')).toContain(`var databaseName = '${DATABASE}'`);
  });

  it('are the subscriptions that functions listen to, with sessions where they expect them', () => {
    const listening = subscribers.map(({ text }) => ({
      name: nameOf(text),
      requiresSession: text.includes('isSessionsEnabled: true'),
    }));
    const declared = subscriptions.map(({ name, requiresSession }) => ({ name, requiresSession }));
    expect(declared.sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual(
      listening.sort((a, b) => (a.name < b.name ? -1 : 1)),
    );
    for (const { text } of subscribers) expect(text).toContain(`topicName: 'migration-events'`);
  });

  /** A type missing from a filter is an event nobody hears of; one too many only costs a delivery. */
  it('let through to each subscription the types of events that its function names, and no invented ones', () => {
    for (const { name, eventTypes } of subscriptions) {
      const { text } = subscribers.find((subscriber) => nameOf(subscriber.text) === name)!;
      const named = EventType.options.filter((type) => text.includes(`'${type}'`));
      expect({ name, eventTypes: [...eventTypes].sort() }).toEqual({ name, eventTypes: [...named].sort() });
    }
  });

  it('are the containers of blobs that the application writes to', () => {
    const main = read('infra/main.bicep');
    const source = ['functions/azure-adapters.ts', 'functions/settings.ts'].map(read).join('\n');
    const written = [...source.matchAll(/'(causeway-[a-z-]+)'/g)].map(([, name]) => name!);
    expect(written.length).toBeGreaterThan(3);
    for (const name of written) expect(main).toContain(`'${name}'`);
  });
});
