// A server of Azure Resource Manager's REST protocol for the real SDKs, on this machine: deployments and what-if as long-running
// operations, resources, health, policy states, role assignments, throttling and faults. Its replies follow the examples in Azure's
// public REST specifications. It does not prove that Azure accepts a template, deploys it, or answers just so: nothing is checked
// against a resource provider, permissions are not evaluated, and a token need only be there.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { armError, type Arm, type ArmReply, type ArmRequest, type Reach } from './arm-messages';
import { answerArm } from './arm-routes';
import { ArmState, type StoredResource } from './arm-state';

export { armError, type ArmReply, type ArmRequest };

/** What goes wrong: the next `times` requests that fit are answered so, or their connection is cut before or after they took effect. */
export interface Fault {
  readonly method: string;
  readonly path: RegExp;
  readonly times: number;
  readonly reply: ArmReply | 'cut-before' | 'cut-after';
}

/** Further paths, for services of their own: null passes the request on. */
export type ArmExtension = (request: ArmRequest) => ArmReply | null;

export class ArmStandIn implements Arm {
  readonly state = new ArmState();
  readonly requests: ArmRequest[] = [];
  /** What a resource's health is where it is not available. */
  readonly health = new Map<string, { availabilityState: string; summary: string }>();
  readonly violations: {
    resourceId: string;
    policyDefinitionName: string;
    policyDefinitionAction: string;
  }[] = [];
  readonly roleAssignments: { principalId: string; roleDefinitionId: string; scope: string }[] = [];
  /** Ids, in lower case, of resources that send their logs somewhere. */
  readonly diagnosed = new Set<string>();
  /** Regions that have a Network Watcher. */
  readonly networkWatchers: string[] = [];
  /** What can be reached from inside, by `host:port`; anything else does not resolve there. */
  readonly reach = new Map<string, Reach>();
  /** How often an operation must be looked at before it is through. */
  looks = 2;
  /** What the next deployment ends with instead of success. */
  nextDeploymentFails: { code: string; message: string } | null = null;
  readonly extensions: ArmExtension[] = [];
  readonly #operations = new Map<string, { looksLeft: number; result: ArmReply }>();
  #faults: (Fault & { left: number })[] = [];
  #server: Server | null = null;

  async start(): Promise<void> {
    this.#server = createServer((request, response) => void this.#serve(request, response));
    await new Promise<void>((resolve) => this.#server?.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server?.address() as AddressInfo).port}`;
  }

  addGroup(subscriptionId: string, name: string): void {
    this.state.groups.add(this.state.groupKey(subscriptionId, name));
  }

  /** Somebody else's resource, or one of ours as somebody changed it by hand. */
  addResource(resource: StoredResource): void {
    this.state.put(resource);
  }

  fail(fault: Fault): void {
    this.#faults.push({ ...fault, left: fault.times });
  }

  /** Begins an operation that people follow by location, and says where. */
  operation(subscriptionId: string, result: ArmReply): ArmReply {
    const id = randomUUID();
    this.#operations.set(id, { looksLeft: this.looks, result });
    return {
      status: 202,
      headers: this.#location(`/subscriptions/${subscriptionId}/operationresults/${id}`),
    };
  }

  /** Null where there is no such operation. */
  lookAtOperation(path: string): ArmReply | null {
    const operation = this.#operations.get(path.split('/').at(-1) ?? '');
    if (!operation) return null;
    operation.looksLeft -= 1;
    return operation.looksLeft > 0 ? { status: 202, headers: this.#location(path) } : operation.result;
  }

  #location(path: string): Record<string, string> {
    return { location: `${this.endpoint}${path}?api-version=2021-04-01`, 'retry-after': '0' };
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const url = new URL(incoming.url ?? '/', this.endpoint);
    const text = Buffer.concat(chunks).toString('utf8');
    const request: ArmRequest = {
      method: incoming.method ?? 'GET',
      path: decodeURIComponent(url.pathname),
      query: url.searchParams,
      body: text === '' ? null : (JSON.parse(text) as unknown),
      headers: incoming.headers,
    };
    this.requests.push(request);
    const fault = this.#faultFor(request);
    if (fault?.reply === 'cut-before') return void incoming.socket.destroy();
    const reply = typeof fault?.reply === 'object' ? fault.reply : this.#answer(request, incoming);
    if (fault?.reply === 'cut-after') return void incoming.socket.destroy();
    response.writeHead(reply.status, {
      'content-type': 'application/json; charset=utf-8',
      'x-ms-request-id': randomUUID(),
      'x-ms-ratelimit-remaining-subscription-reads': '249',
      ...reply.headers,
    });
    response.end(reply.body === undefined ? undefined : JSON.stringify(reply.body));
  }

  #answer(request: ArmRequest, { headers }: IncomingMessage): ArmReply {
    if (!/^Bearer \S+$/.test(headers.authorization ?? ''))
      return armError(401, 'AuthenticationFailed', 'Authentication failed.');
    if (!request.query.has('api-version'))
      return armError(400, 'MissingApiVersionParameter', 'The api-version query parameter is required.');
    for (const extension of this.extensions) {
      const reply = extension(request);
      if (reply) return reply;
    }
    return answerArm(this, request);
  }

  #faultFor({ method, path }: ArmRequest): Fault | null {
    const fault = this.#faults.find((one) => one.left > 0 && one.method === method && one.path.test(path));
    if (fault) fault.left -= 1;
    this.#faults = this.#faults.filter(({ left }) => left > 0);
    return fault ?? null;
  }
}
