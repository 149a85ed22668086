// Drives the SDK's own client from an HTTP function.
const { app } = require('@azure/functions');
const df = require('durable-functions');

app.hook.appStart(() => {
  globalThis.hostnameAtStart = process.env.WEBSITE_HOSTNAME;
});

app.http('client', {
  methods: ['POST'],
  route: 'client/{method}',
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    const client = df.getClient(context);
    try {
      const value = await client[request.params.method](...(await request.json()));
      return { jsonBody: { value: value ?? null } };
    } catch (error) {
      return { status: 502, jsonBody: { error: error.message } };
    }
  },
});

app.http('check', {
  methods: ['POST'],
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => {
    const client = df.getClient(context);
    const id = await client.startNew('Sequence');
    return client.waitForCompletionOrCreateCheckStatusResponse(request, id, {
      retryIntervalInMilliseconds: 20,
    });
  },
});

app.http('hostname', { handler: () => ({ body: globalThis.hostnameAtStart }) });
