import type { app as functionsApp, InvocationContext } from '@azure/functions';
import { z } from 'zod';
import { MigrationError } from '../../shared/contracts/errors';
import type { CausewayEvent, EventType } from '../../shared/contracts/event';
import { Gate } from '../../shared/contracts/gate';
import { seenIdType } from '../../shared/ledger/documents';
import { readGate } from '../../shared/ledger/gates';
import { nowIso, type Ledger } from '../../shared/ledger/ledger';
import { redeem, type ClaimChecks } from '../../shared/ports/claim-checks';
import type { GateNotice, GateNotifier } from '../../shared/ports/gate-notifier';
import { create } from '../../shared/ports/store';
import { closesAt, gateLink } from '../http/decision-page/gate-link';
import { tellOfChangedDates, type TellingOfDates } from '../planning/tell-changed-dates';
import { readSubject } from '../http/decision-page/view-gate';

export interface TeamsServices extends TellingOfDates {
  readonly gateNotifier: GateNotifier;
  readonly claimChecks: ClaimChecks;
  readonly settings: { publicUrl(): string };
}

const GateEventData = z.object({ gateId: Gate.shape.id });

const NOTICES: Readonly<Partial<Record<EventType, GateNotice['kind']>>> = {
  'gate.requested': 'requested',
  'gate.reminded': 'reminded',
  'gate.escalated': 'escalated',
  'gate.decided': 'closed',
};

/**
 * Tells Teams of gates, and of plans whose dates have changed. An event seen before sends nothing; one that fails is thrown, so that
 * the bus delivers it again; one about a question that has been settled meanwhile is passed over. A crash between Teams' confirmation
 * and our memory of it can show a card twice.
 */
export function announce(services: TeamsServices) {
  let saidUnavailable = false;
  return async (message: unknown, context: Pick<InvocationContext, 'log'>): Promise<void> => {
    const event = await redeem(message, services.claimChecks);
    const tell = event.type === 'plan.changed' ? tellOfChangedDates : tellOfGate;
    const partition = `seen-by-teams:${event.subject}`;
    const { store } = services.ledger;
    if ((await store.read(seenIdType, partition, event.id)) !== null) return;
    const told = await tell(services, event);
    if (told === 'delivered') await remember(services.ledger, partition, event.id);
    if (told !== 'unavailable') return;
    if (!saidUnavailable)
      context.log('No Teams webhook is set up: decisions and dates are announced nowhere.');
    saidUnavailable = true;
  };
}

const tellOfGate = async (
  services: TeamsServices,
  event: CausewayEvent,
): Promise<'delivered' | 'unavailable' | 'nothing'> => {
  const kind = NOTICES[event.type];
  if (kind === undefined) return 'nothing';
  const { body: gate } = await readGate(services.ledger, GateEventData.parse(event.data).gateId);
  if (isOutdated(kind, gate)) return 'nothing';
  return (await services.gateNotifier.tellOfGate(await noticeOf(services, kind, gate))).kind;
};

/** Registers the subscriber; session order keeps the cards of a gate or plan in order. */
export function registerTeams(
  app: Pick<typeof functionsApp, 'serviceBusTopic'>,
  services: TeamsServices,
): void {
  app.serviceBusTopic('teams', {
    connection: 'ServiceBus',
    topicName: 'migration-events',
    subscriptionName: 'teams',
    isSessionsEnabled: true,
    handler: announce(services),
  });
}

const isOutdated = (kind: GateNotice['kind'], gate: Gate) => kind !== 'closed' && gate.status !== 'open';

async function noticeOf(services: TeamsServices, kind: GateNotice['kind'], gate: Gate): Promise<GateNotice> {
  const { about } = await readSubject(services.ledger, gate);
  const link = await gateLink(services.ledger, services.settings.publicUrl(), gate);
  return { kind, gate, about, link, closesAt: closesAt(gate) };
}

async function remember({ store, clock }: Ledger, partition: string, id: string): Promise<void> {
  try {
    await store.commit(partition, [create(seenIdType, id, { id, at: nowIso({ clock }) })]);
  } catch (error) {
    // The same event was delivered twice at the same time.
    if (!(error instanceof MigrationError) || error.code !== 'already-exists') throw error;
  }
}
