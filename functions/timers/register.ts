import type { app as functionsApp } from '@azure/functions';
import * as df from 'durable-functions';
import { kickOffDueWaves } from '../../shared/ledger/kick-off';
import { instancesOf } from '../instances';
import { sweepOutbox } from '../messages/outbox';
import type { Services } from '../services';
import { sweep } from './sweep';
import { watchReplications } from './watch-replications';

/** They tick in UTC; what is due is decided by stored instants, so a missed tick delays and loses nothing. */
export const registerTimers = (app: Pick<typeof functionsApp, 'timer'>, services: Services): void => {
  app.timer('kick-off-waves', {
    schedule: '0 * * * * *',
    useMonitor: true,
    handler: async (_timer, context) => {
      const { started, held } = await kickOffDueWaves(services.ledger);
      if (started.length > 0) context.log(`started ${started.join(', ')}`);
      if (held.length > 0) context.warn(`held ${held.join(', ')}`);
    },
  });
  app.timer('sweep', {
    schedule: '30 * * * * *',
    useMonitor: false,
    extraInputs: [df.input.durableClient()],
    handler: async (_timer, context) => {
      const revived = await sweep(services.ledger, instancesOf(services.ledger, df.getClient(context)));
      if (revived > 0) context.log(`looked after ${revived} running cutovers and waves`);
    },
  });
  app.timer('watch-replications', {
    schedule: '45 * * * * *',
    useMonitor: false,
    handler: async (_timer, context) => {
      const givenUp = await watchReplications(services);
      if (givenUp.length > 0) context.error(`gave up the replications of ${givenUp.join(', ')}`);
    },
  });
  app.timer('sweep-outbox', {
    schedule: '15 */5 * * * *',
    useMonitor: false,
    handler: async (_timer, context) => {
      const { bus, ledger } = services;
      const count = await sweepOutbox({ bus, store: ledger.store, clock: ledger.clock });
      if (count > 0) context.warn(`published ${count} events that the relay had not`);
    },
  });
};
