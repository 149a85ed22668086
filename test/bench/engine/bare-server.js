// What `http-hello` is measured beside: node bare-server.js. Prints `Listening on <address>`.
const { createServer } = require('node:http');

const server = createServer((_request, response) => {
  response.setHeader('content-type', 'text/plain;charset=UTF-8');
  response.end('Hello, world!');
});
server.listen(0, '127.0.0.1', () =>
  process.stdout.write(`Listening on http://127.0.0.1:${server.address().port}\n`),
);
