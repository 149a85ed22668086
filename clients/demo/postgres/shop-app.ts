// A small web shop whose orders are in PostgreSQL. Which of its two databases it writes to is its configuration, which signed hooks
// change while it runs. Runs in a process of its own:
//   node shop-app.js <config.json>
// It prints {"event":"listening","port":…} and ends when its standard input does.
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { Side } from '../../../shared/contracts/controls';
import { createHookEndpoint } from '../app-hooks';
import { readBody, respondJson } from '../app-responses';
import { serveApp } from '../serve-app';
import { PLACE_ORDER } from './shop-schema';
import { Shop } from './shop';

export const ShopConfig = z.object({
  /** Connection strings of its databases. */
  databases: z.object({ source: z.string(), target: z.string() }),
  hookSecret: z.string(),
  port: z.number().int().min(0).default(0),
});
export type ShopConfig = z.infer<typeof ShopConfig>;

const Order = z.object({
  writer: z.number().int(),
  number: z.number().int(),
  customer: z.number().int(),
  amount: z.string(),
  note: z.string(),
});

const MAX_BODY_BYTES = 4_096;

/** An order is acknowledged once it is committed; `written: false` says that it certainly is not. */
async function placeOrder(shop: Shop, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request, MAX_BODY_BYTES);
  const { writer, number, customer, amount, note } = Order.parse(JSON.parse(body?.toString('utf8') ?? ''));
  const side = shop.activeSide;
  if (!shop.sides[side].writable) return respondJson(response, 503, { written: false });
  try {
    await shop.pools[side].query({
      name: 'place-order',
      text: PLACE_ORDER,
      values: [writer, number, customer, amount, note],
    });
    respondJson(response, 201, { side });
  } catch (error) {
    // An answer of the server, such as that of a fence, means that nothing was committed; a broken connection tells nothing.
    const isRefusal = /^[0-9A-Z]{5}$/.test(String((error as { code?: unknown }).code));
    respondJson(response, 503, isRefusal ? { written: false } : {});
  }
}

async function health(shop: Shop, response: ServerResponse, side: Side): Promise<void> {
  const healthy = shop.sides[side].serving && (await shop.isHealthy(side));
  respondJson(response, healthy ? 200 : 503, { side, healthy });
}

export function createShop(config: ShopConfig) {
  const shop = new Shop(config.databases);
  const hooks = createHookEndpoint(config.hookSecret, (operation, request) =>
    shop.perform(operation, request),
  );
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, first = '', ...rest] = (request.url ?? '').split('/');
    const side = first === 'sides' ? Side.safeParse(rest.shift()).data : shop.activeSide;
    const resource = first === 'sides' ? rest[0] : first;
    if (first === 'hooks') return hooks(request, response, rest.join('/'));
    if (first === 'orders' && request.method === 'POST') return placeOrder(shop, request, response);
    if (resource === 'health' && side !== undefined) return health(shop, response, side);
    if (first === '') return respondJson(response, 200, { activeSide: shop.activeSide, sides: shop.sides });
    return respondJson(response, 404, { title: 'Nothing here' });
  };
}

function main(configFile: string): void {
  const config = ShopConfig.parse(JSON.parse(readFileSync(configFile, 'utf8')));
  const handle = createShop(config);
  serveApp('shop', config.port, handle);
}

if (require.main === module) {
  const [configFile] = process.argv.slice(2);
  if (configFile === undefined) throw new Error('Usage: node shop-app.js <config.json>');
  main(configFile);
}
