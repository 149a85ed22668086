// The stand-in for Cosmos DB as a process of its own (what it does not prove: cosmos-server.ts). Prints one JSON line with endpoint and
// connectionString, saves at SIGTERM. Start: node --require test/support/run-typescript.js test/support/cosmos/main.ts [dataFile] [port] [key]
import { startCosmosServer } from './cosmos-server';

const [dataFile, port, key] = process.argv.slice(2);

const main = async (): Promise<void> => {
  const server = await startCosmosServer({
    ...(dataFile ? { dataFile } : {}),
    ...(port ? { port: Number(port) } : {}),
    ...(key ? { key } : {}),
  });
  process.on('SIGTERM', () => void server.stop().then(() => process.exit(0)));
  const { endpoint, connectionString } = server;
  process.stdout.write(`${JSON.stringify({ endpoint, connectionString })}\n`);
};

void main();
