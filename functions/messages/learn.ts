import type { app as functionsApp } from '@azure/functions';
import { z } from 'zod';
import { redeem } from '../../shared/ports/claim-checks';
import { learnFrom } from '../planning/learn';
import type { Services } from '../services';

/** What a cutover taught is known once its users are on the target, and may be otherwise once it has ended. */
const TEACHES: readonly string[] = ['cutover.arrived', 'cutover.ended'];

/** Learns from cutovers of planned waves (R38). Seeing an event twice, or late, changes nothing more. */
export const registerLearn = (
  app: Pick<typeof functionsApp, 'serviceBusTopic'>,
  services: Pick<Services, 'ledger' | 'claimChecks'>,
): void => {
  app.serviceBusTopic('learn-from-cutovers', {
    connection: 'ServiceBus',
    topicName: 'migration-events',
    subscriptionName: 'lessons',
    isSessionsEnabled: true,
    handler: async (message) => {
      const event = await redeem(message, services.claimChecks);
      if (TEACHES.includes(event.type))
        await learnFrom(services.ledger, z.string().parse(event.data['cutoverId']));
    },
  });
};
