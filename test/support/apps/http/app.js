const { setTimeout: sleep } = require('node:timers/promises');
const { app, HttpResponse } = require('@azure/functions');

const http = (name, options, handler) => app.http(name, { ...options, handler });
const named = (name) => (request) => ({ jsonBody: { name, params: request.params } });

app.setup({ enableHttpStream: true });
http('byDefault', {}, named('byDefault'));
http('things', { route: 'things/{id:int}', methods: ['GET', 'DELETE'] }, named('things'));
http('thingByName', { route: 'things/{name}', methods: ['GET'] }, named('thingByName'));
http('special', { route: 'things/special', methods: ['GET'] }, named('special'));
http('optional', { route: 'optional/{id?}', methods: ['GET'] }, named('optional'));
http('files', { route: 'files/{*path}', methods: ['GET'] }, named('files'));
http('echo', { methods: ['POST', 'PUT'] }, async (request) => ({
  body: await request.arrayBuffer(),
  headers: {
    'content-type': request.headers.get('content-type') ?? 'none',
    'x-query': request.query.get('q') ?? '',
  },
}));
http('upperCase', { methods: ['POST'] }, (request) => ({
  body: request.body.pipeThrough(
    new TransformStream({
      transform: (chunk, controller) => controller.enqueue(Buffer.from(chunk).toString().toUpperCase()),
    }),
  ),
}));
http('ignoresBody', { methods: ['POST'] }, () => ({ body: 'done' }));
http('nothing', {}, () => undefined);
http('cookies', {}, () => ({
  cookies: [{ name: 'a', value: 'b c', path: '/', httpOnly: true, sameSite: 'Lax' }],
  headers: { 'set-cookie': 'raw=1' },
}));
http('response', {}, () => new HttpResponse({ status: 418, body: 'short and stout' }));
http('throws', {}, () => {
  throw new Error('secret detail');
});
http('returnsText', {}, () => 'not an object');
http('breaksOff', {}, () => ({
  body: new ReadableStream({
    async pull(controller) {
      controller.enqueue(Buffer.from('begun'));
      await sleep(20);
      controller.error(new Error('broke off'));
    },
  }),
}));
http('endless', {}, () => ({
  body: new ReadableStream({ pull: (controller) => controller.enqueue(Buffer.alloc(65_536)) }),
}));
http('guarded', { authLevel: 'function' }, () => ({ body: 'in' }));
http('alsoGuarded', { authLevel: 'function' }, () => ({ body: 'in' }));
http('adminOnly', { authLevel: 'admin' }, () => ({ body: 'in' }));
http('settings', {}, () => ({ jsonBody: { greeting: process.env.GREETING, winner: process.env.WINNER } }));
http('slow', {}, async () => {
  await sleep(500);
  return { body: 'finished' };
});

const seen = [];
app.hook.preInvocation((context) => {
  context.hookData.startedBy = 'pre';
  context.hookData.handler = context.functionHandler;
});
app.hook.postInvocation((context) => {
  if (context.invocationContext.functionName === 'hooked')
    context.result = { body: `${context.hookData.startedBy} ${context.result.body} post` };
  if (context.invocationContext.functionName === 'rescued') {
    context.result = { body: `rescued: ${context.error.message}` };
    context.error = undefined;
  }
  seen.push(context.invocationContext.functionName);
});
http('hooked', {}, () => ({ body: 'handler' }));
http('rescued', {}, () => {
  throw new Error('lost');
});
http('tooLate', {}, () => {
  app.http('another', { handler: () => ({}) });
});

http(
  'constrained',
  { route: 'codes/{code:regex(^[a-z]{{2}}-\\d+$)}/{from}-{to}', methods: ['GET'] },
  named('constrained'),
);
http('form', { methods: ['POST'] }, async (request) => {
  const form = await request.formData();
  const entries = [...form].map(async ([name, value]) => [
    name,
    typeof value === 'string' ? value : [value.name, Buffer.from(await value.arrayBuffer()).toString('hex')],
  ]);
  return { jsonBody: await Promise.all(entries) };
});
