import { HttpRequest, InvocationContext, type HttpResponseInit } from '@azure/functions';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { builtInTemplates } from '../../../functions/built-in-templates';
import { handle } from '../../../functions/http/edge/handle';
import { MEDIA_TYPES, type Route } from '../../../functions/http/edge/route';
import { routes } from '../../../functions/http/routes';
import type { HttpIdentity, HttpServices } from '../../../functions/http/services';
import { SqliteBus } from '../../../shared/adapters/sqlite/sqlite-bus';
import { SqliteJournal } from '../../../shared/adapters/sqlite/sqlite-journal';
import { SqliteDeadLetters } from '../../../shared/adapters/sqlite/sqlite-dead-letters';
import { SqliteStore } from '../../../shared/adapters/sqlite/sqlite-store';
import { ICalendarReader } from '../../../shared/adapters/icalendar/icalendar-reader';
import { FileTableReader } from '../../../shared/adapters/tables/file-table-reader';
import { XlsxWorkbooks } from '../../../shared/adapters/workbook/xlsx-workbooks';
import { MigrationError } from '../../../shared/contracts/errors';
import { Itinerary } from '../../../shared/contracts/itinerary';
import type { Role } from '../../../shared/contracts/principal';

export interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly params?: Record<string, string>;
  /** A string or bytes are sent as they are, anything else as JSON. */
  readonly body?: unknown;
}

export interface Got {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly cookies: readonly { name: string; value: string }[];
  readonly text: string;
  // Bodies are asserted on field by field.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the assertion is the check
  readonly json: any;
}

const itinerary = Itinerary.parse({
  name: 'offline',
  version: 1,
  stages: [{ name: 'readiness', title: 'Readiness', work: { kind: 'step', step: 'checkReadiness' } }],
});

export const WEBHOOK_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const ORIGIN = 'http://127.0.0.1:7071';

/** The operations over a store of their own, called as the Functions SDK calls them. */
export class ApiUnderTest {
  readonly #folder = mkdtempSync(join(tmpdir(), 'causeway-api-'));
  readonly store = new SqliteStore(join(this.#folder, 'store.db'));
  readonly #bus = new SqliteBus({ path: join(this.#folder, 'bus.db'), now: () => Date.now() });
  readonly #journal = new SqliteJournal(join(this.#folder, 'journal.db'));
  readonly logged: unknown[] = [];
  now = new Date('2026-11-21T12:00:00.000Z');
  readonly services: HttpServices & { identity: HttpIdentity } = {
    ledger: {
      store: this.store,
      clock: { now: () => this.now },
      itineraries: { offline: itinerary, online: itinerary, redeploy: itinerary },
    },
    journal: this.#journal,
    tables: new FileTableReader(),
    calendars: new ICalendarReader(),
    workbooks: new XlsxWorkbooks(),
    secrets: {
      read: async (name) => {
        if (name === 'change-request-webhook') return WEBHOOK_SECRET;
        throw new MigrationError('secret-missing', `No secret ${name}`);
      },
    },
    deadLetters: new SqliteDeadLetters(this.#bus),
    itemLog: async function* () {
      yield { path: 'a.txt', result: 'Transferred' };
    },
    differingRows: async function* (_cutoverId, { details }) {
      yield* details['rows'] as unknown[];
    },
    templates: builtInTemplates,
    migrateProjects: { documents: async () => [] },
    identity: { ownTokens: true, provider: null },
    diagnose: async () => ({ healthy: true, version: '0.1.0', at: this.now.toISOString(), findings: [] }),
    settings: { publicUrl: () => ORIGIN, version: '0.1.0' },
  };

  /** Makes dead letters `e1`, `e2`, … in a subscription. */
  buryEvents(subscription: string, count: number): void {
    this.#bus.ensureSubscription('migration-events', subscription, { requiresSession: true });
    for (let n = 1; n <= count; n += 1) {
      this.#bus.publish('migration-events', [{ messageId: `e${n}`, sessionId: 'wave:first', body: {} }]);
      for (const { lockToken } of this.#bus.receive('migration-events', subscription))
        this.#bus.deadLetter(lockToken, 'unreadable', 'No such gate.');
    }
  }

  close(): void {
    this.store.close();
    this.#bus.close();
    this.#journal.close();
    rmSync(this.#folder, { recursive: true });
  }

  async call(operation: string, sent: Sent = {}): Promise<Got> {
    const route = routeNamed(operation);
    const context = new InvocationContext({
      functionName: operation,
      invocationId: '00000000-0000-4000-8000-000000000000',
      logHandler: (_level, ...args) => void this.logged.push(args),
    });
    return toGot(await handle(route, this.services)(this.request(route, sent), context));
  }

  request(route: Pick<Route, 'path' | 'method' | 'body'>, sent: Sent): HttpRequest {
    const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(sent.params?.[name] ?? ''),
    );
    const query = new URLSearchParams(sent.query).toString();
    const contentType =
      route.body === undefined || sent.body === undefined
        ? {}
        : {
            'content-type': MEDIA_TYPES[route.body.consumes],
          };
    return new HttpRequest({
      method: sent.method ?? route.method,
      url: `${ORIGIN}/api/${path}${query === '' ? '' : `?${query}`}`,
      headers: { ...contentType, ...sent.headers },
      query: sent.query ?? {},
      params: sent.params ?? {},
      ...(sent.body === undefined ? {} : { body: { bytes: asBytes(sent.body) } }),
    });
  }

  /** A bearer token of a person with these roles, as a header. */
  async authorization(name: string, ...roles: Role[]): Promise<{ authorization: string }> {
    const { json } = await this.call('createToken', { body: { name, roles } });
    return { authorization: `Bearer ${json.token}` };
  }

  /** All that is stored but the log, in which refusals of commands and answers are kept too. */
  async state(): Promise<string> {
    const all = await Promise.all(STATE.map((type) => this.store.changes(type, null, 1_000)));
    return JSON.stringify(all.map(({ changes }) => changes.map(({ body }) => withoutLog(body as object))));
  }
}

const STATE = [
  'workload',
  'wave',
  'portfolio',
  'plan',
  'cutover',
  'gate',
  'command',
  'event',
  'access-token',
  'seen',
  'page-session',
  'link-key',
];

const withoutLog = (body: object) => ({ ...body, log: null, updatedAt: null });

export function routeNamed(operation: string): Route {
  const route = routes.find((each) => each.operation === operation);
  if (route === undefined) throw new Error(`no operation ${operation}`);
  return route;
}

const asBytes = (body: unknown): Uint8Array =>
  body instanceof Uint8Array ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));

export async function toGot(response: HttpResponseInit): Promise<Got> {
  const headers = response.headers as Record<string, string>;
  const text = await readText(response.body);
  const isJson = /\bjson$/.test(headers['content-type'] ?? '');
  return {
    status: response.status ?? 200,
    headers,
    cookies: response.cookies ?? [],
    text,
    json: isJson && text !== '' ? JSON.parse(text) : undefined,
  };
}

async function readText(body: HttpResponseInit['body']): Promise<string> {
  if (body === undefined || body === null) return '';
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return Buffer.from(body).toString('latin1');
  const chunks: Buffer[] = [];
  for await (const chunk of body as Readable) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}
