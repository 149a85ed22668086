import type { CreateListener } from '../function-app';
import type * as ChangeFeed from './change-feed';
import type * as ServiceBus from './service-bus';
import type * as Timer from './timer';
import { functionsTriggeredBy } from './trigger-binding';

/* eslint-disable @typescript-eslint/no-require-imports -- an import would load all kinds at every start */

/** A listener whose module, and the libraries below it, is loaded where the application has a function of its kind. */
const ifTriggered =
  (type: string, load: () => CreateListener): CreateListener =>
  (context) =>
    functionsTriggeredBy(type, context.functions).length > 0
      ? load()(context)
      : { start: async () => undefined, drain: async () => undefined };

/** One of each kind of trigger besides HTTP and the durable ones. */
export const LISTENERS: readonly CreateListener[] = [
  ifTriggered(
    'serviceBusTrigger',
    () => (require('./service-bus') as typeof ServiceBus).createServiceBusListener,
  ),
  ifTriggered('timerTrigger', () => (require('./timer') as typeof Timer).createTimerListener),
  ifTriggered(
    'cosmosDBTrigger',
    () => (require('./change-feed') as typeof ChangeFeed).createChangeFeedListener,
  ),
];
