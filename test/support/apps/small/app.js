// An application with one function of each kind that needs no SDK of its own, for tests of the host's command line.
const { setTimeout: pause } = require('node:timers/promises');
const { app } = require('@azure/functions');

const seen = { data: process.env.CAUSEWAY_DATA, ticks: 0, messages: [] };

app.http('seen', { authLevel: 'anonymous', handler: () => ({ jsonBody: seen }) });
app.http('slow', {
  authLevel: 'anonymous',
  handler: async (request) => {
    process.stdout.write('slow began\n');
    await pause(Number(request.query.get('ms')));
    return { body: 'done' };
  },
});
app.http('crash', {
  authLevel: 'anonymous',
  handler: () => {
    process.nextTick(() => {
      throw new Error('nobody caught this');
    });
    return { body: 'soon' };
  },
});
app.timer('tick', { schedule: '0 0 0 1 1 *', runOnStartup: true, handler: () => (seen.ticks += 1) });
app.serviceBusTopic('subscriber', {
  connection: 'ServiceBus',
  topicName: 'migration-events',
  subscriptionName: 'small',
  isSessionsEnabled: true,
  handler: (message, context) => {
    seen.messages.push({
      message,
      id: context.triggerMetadata.messageId,
      count: context.triggerMetadata.deliveryCount,
    });
  },
});
