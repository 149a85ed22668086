import type { app as functionsApp } from '@azure/functions';
import * as df from 'durable-functions';
import { z } from 'zod';
import type { CausewayEvent } from '../../shared/contracts/event';
import { cutoverType, wavePartition, waveType } from '../../shared/ledger/documents';
import { findAll } from '../../shared/ledger/find-all';
import { redeem } from '../../shared/ports/claim-checks';
import { instancesOf, type Instances } from '../instances';
import type { Services } from '../services';

/**
 * Lets orchestrations know that something they may wait for is stored. Seeing an event twice, or out of order, only wakes somebody
 * who then finds nothing new.
 */
export const wakeFor = async (
  services: Pick<Services, 'ledger'>,
  instances: Instances,
  event: CausewayEvent,
): Promise<void> => {
  switch (event.type) {
    case 'wave.started':
      return instances.startWave(waveOf(event));
    case 'wave.changed':
      return wakeWave(services, instances, waveOf(event));
    case 'environment.requested':
      return instances.startEnvironment(z.string().parse(event.data['environmentId']));
    case 'environment.applied':
    case 'cutover.commanded':
    case 'gate.decided':
      return instances.wake(event.subject);
    case 'cutover.arrived':
    case 'cutover.turned-back':
      return instances.wake(wavePartition(waveOf(event)));
    case 'cutover.ended':
      await instances.wake(wavePartition(waveOf(event)));
      return wakeWaiting(services, instances);
    default:
      return;
  }
};

const waveOf = (event: CausewayEvent): string => z.string().parse(event.data['waveId']);

/** A workload has become free: waves that wait for one look again. */
const wakeWaiting = async ({ ledger }: Pick<Services, 'ledger'>, instances: Instances): Promise<void> => {
  for await (const { body: wave, partition } of findAll(ledger.store, waveType, 'status', 'running'))
    if (wave.obstacle !== null) await instances.wake(partition);
};

/** A changed window, ticket or hold can matter to the wave and to every cutover of it that waits. */
const wakeWave = async (
  { ledger }: Pick<Services, 'ledger'>,
  instances: Instances,
  waveId: string,
): Promise<void> => {
  await instances.wake(wavePartition(waveId));
  for await (const { partition, body } of findAll(ledger.store, cutoverType, 'wave', waveId))
    if (body.endedAt === null) await instances.wake(partition);
};

export const registerWake = (app: Pick<typeof functionsApp, 'serviceBusTopic'>, services: Services): void => {
  app.serviceBusTopic('wake-orchestrations', {
    connection: 'ServiceBus',
    topicName: 'migration-events',
    subscriptionName: 'orchestrations',
    isSessionsEnabled: true,
    extraInputs: [df.input.durableClient()],
    handler: async (message, context) => {
      await wakeFor(
        services,
        instancesOf(services.ledger, df.getClient(context)),
        await redeem(message, services.claimChecks),
      );
    },
  });
};
