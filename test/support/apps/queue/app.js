// An application with a trigger that the host does not have.
const { app } = require('@azure/functions');

app.storageQueue('reader', { connection: 'Storage', queueName: 'work', handler: () => undefined });
