// An application with each trigger and output that the host serves; what its functions see is read back by HTTP.
const { app, output, trigger } = require('@azure/functions');

const seen = new Map();
const note = (name, entry) => seen.set(name, [...(seen.get(name) ?? []), entry]);
const connection = 'BUS';

app.http('seen', {
  route: 'seen/{name}',
  handler: ({ params }) => ({ jsonBody: seen.get(params.name) ?? [] }),
});

// One output each, set by what is posted.
const outputs = {
  queue: output.serviceBusQueue({ connection, queueName: '%QUEUE%' }),
  topic: output.serviceBusTopic({ connection, topicName: 'news' }),
  fragile: output.serviceBusQueue({ connection, queueName: 'fragile' }),
  bytes: output.serviceBusQueue({ connection, queueName: 'bytes' }),
  documents: output.cosmosDB({ connection: 'COSMOS', databaseName: '%DATABASE%', containerName: 'items' }),
};
for (const [name, binding] of Object.entries(outputs)) {
  app.http(`send-${name}`, {
    route: `send/${name}`,
    methods: ['POST'],
    extraOutputs: [binding],
    handler: async (request, context) => {
      const text = await request.text();
      context.extraOutputs.set(binding, request.query.has('text') ? text : JSON.parse(text));
      return { status: 202 };
    },
  });
}
const answer = output.http({});
app.generic('answerBeside', {
  trigger: trigger.http({ route: 'send/beside', methods: ['POST'], authLevel: 'anonymous' }),
  return: outputs.queue,
  extraOutputs: [answer],
  handler: (request, context) => {
    context.extraOutputs.set(answer, { status: 201, body: 'beside' });
    return 'returned';
  },
});

// A queue whose function returns a message for each of a batch to another.
app.serviceBusQueue('order', {
  connection,
  queueName: '%QUEUE%',
  cardinality: 'many',
  return: output.serviceBusQueue({ connection, queueName: 'done' }),
  handler: (messages, context) => {
    note('order', { messages, ids: context.triggerMetadata.messageIdArray.length });
    return messages.map((message) => JSON.stringify({ done: message }));
  },
});
app.serviceBusQueue('done', { connection, queueName: 'done', handler: (message) => note('done', message) });
app.serviceBusQueue('bytes', {
  connection,
  queueName: 'bytes',
  dataType: 'binary',
  handler: (message) => note('bytes', [Buffer.isBuffer(message), message.toString()]),
});
for (const subscriptionName of ['first', 'second']) {
  app.serviceBusTopic(subscriptionName, {
    connection,
    topicName: 'news',
    subscriptionName,
    handler: (message) => note(subscriptionName, message),
  });
}
app.serviceBusTopic('session', {
  connection,
  topicName: 'sessions',
  subscriptionName: 'session',
  isSessionsEnabled: true,
  handler: async (message, { triggerMetadata: { sessionId, deliveryCount } }) => {
    note('session', { sessionId, message, deliveryCount });
    if (message.failsAt === deliveryCount) throw new Error('fails once');
  },
});
// Throws, never returns, then succeeds: each delivery is another.
app.serviceBusQueue('fragile', {
  connection,
  queueName: 'fragile',
  handler: (message, { triggerMetadata: { deliveryCount } }) => {
    note('fragile', deliveryCount);
    if (deliveryCount === 1) throw 'not even an error';
    if (deliveryCount === 2) return new Promise(() => {});
  },
});

// Documents are copied to a second container, whose function fails twice on each batch.
app.cosmosDB('copy', {
  connection: 'COSMOS',
  databaseName: '%DATABASE%',
  containerName: 'items',
  startFromBeginning: true,
  maxItemsPerInvocation: 2,
  feedPollDelay: 50,
  return: output.cosmosDB({ connection: 'COSMOS', databaseName: '%DATABASE%', containerName: 'copies' }),
  handler: (documents) => {
    note(
      'copy',
      documents.map(({ id }) => id),
    );
    return documents.map(({ id, partition, text }) => ({ id, partition, text: `${text}!` }));
  },
});
app.cosmosDB('copied', {
  connection: 'COSMOS',
  databaseName: '%DATABASE%',
  containerName: 'copies',
  startFromBeginning: true,
  feedPollDelay: 50,
  retry: {
    strategy: 'exponentialBackoff',
    maxRetryCount: 5,
    minimumInterval: { seconds: 0.01 },
    maximumInterval: 1,
  },
  handler: (documents, { retryContext }) => {
    if ((retryContext?.retryCount ?? 0) < 2) throw new Error('not yet');
    const { retryCount, maxRetryCount, exception } = retryContext;
    for (const { id, text } of documents)
      note('copied', { id, text, retryCount, maxRetryCount, message: exception.message });
  },
});

app.timer('startup', {
  schedule: '%NEW_YEAR%',
  runOnStartup: true,
  retry: { strategy: 'fixedDelay', maxRetryCount: 3, delayInterval: 1 },
  handler: (timer, { retryContext }) => {
    note('startup', { timer, retryCount: retryContext?.retryCount ?? 0 });
    if (retryContext === undefined) throw new Error('at first');
  },
});
app.timer('yearly', { schedule: '%NEW_YEAR%', handler: ({ isPastDue }) => note('yearly', isPastDue) });

// What handlers may do wrong.
app.http('hangs', { handler: () => new Promise(() => {}) });
const wrongs = {
  undefined: () => undefined,
  null: () => null,
  text: () => 'thrown text',
  object: () => ({ code: 42 }),
  symbol: () => Symbol('thrown'),
  noPrototype: () => Object.create(null),
};
app.http('throws', {
  route: 'throws/{what}',
  handler: ({ params }) => {
    throw wrongs[params.what]();
  },
});

app.hook.log((context) => {
  if (context.message.startsWith('secret'))
    context.message = `hidden from ${context.invocationContext?.functionName}`;
});
const logAll = (_request, context) => {
  for (const level of ['trace', 'debug', 'info', 'warn', 'error'])
    context[level](`${context.functionName} ${level}`);
  context.log('secret');
  return {};
};
for (const name of ['plain', 'quiet', 'loud']) app.http(name, { handler: logAll });
