import { z } from 'zod';
import { CreatedToken, CutoverView } from '../../shared/contracts/api';
import { Gate, type GateAnswerInput } from '../../shared/contracts/gate';
import type { Role } from '../../shared/contracts/principal';
import { Wave, type WaveInput } from '../../shared/contracts/wave';
import { Workload, type WorkloadInput } from '../../shared/contracts/workload';

export interface Person {
  readonly name: string;
  readonly role: Role;
  readonly token: string;
}

const Gates = z.object({ value: z.array(Gate) });

/** The HTTP API as the demo's people use it. Throws the problem's own words where it refuses. */
export class ApiClient {
  constructor(private readonly baseUrl: string) {}

  async createPerson(adminKey: string, name: string, role: Role): Promise<Person> {
    const body = { name, roles: [role], expiresInDays: 1 };
    const created = await this.call('POST', 'tokens', { 'x-functions-key': adminKey }, body);
    return { name, role, token: CreatedToken.parse(await created.json()).token };
  }

  async createWorkload(by: Person, workload: z.input<typeof WorkloadInput>): Promise<Workload> {
    const headers = { ...bearer(by), 'if-none-match': '*' };
    return Workload.parse(
      await (await this.call('PUT', `workloads/${workload.id}`, headers, workload)).json(),
    );
  }

  async createWave(by: Person, wave: z.input<typeof WaveInput>): Promise<Wave> {
    return Wave.parse(await (await this.call('POST', 'waves', bearer(by), wave)).json());
  }

  async startWave(by: Person, id: string, reason: string): Promise<void> {
    await this.call('POST', `waves/${id}/start`, bearer(by), { reason });
  }

  async wave(by: Person, id: string): Promise<Wave> {
    return Wave.parse(await (await this.call('GET', `waves/${id}`, bearer(by))).json());
  }

  async cutover(by: Person, id: string): Promise<CutoverView> {
    return CutoverView.parse(await (await this.call('GET', `cutovers/${id}`, bearer(by))).json());
  }

  async openGates(by: Person): Promise<readonly Gate[]> {
    return Gates.parse(await (await this.call('GET', 'gates?status=open', bearer(by))).json()).value;
  }

  async answer(by: Person, gate: Gate, answer: GateAnswerInput): Promise<Gate> {
    const headers = { ...bearer(by), 'idempotency-key': `${gate.id}-${by.role}` };
    return Gate.parse(await (await this.call('POST', `gates/${gate.id}/answers`, headers, answer)).json());
  }

  /** The log of a wave or cutover as the verifier reads it. */
  async exportLog(by: Person, subject: 'waves' | 'cutovers' | 'environments', id: string): Promise<string> {
    return (await this.call('GET', `${subject}/${id}/log/export`, bearer(by))).text();
  }

  async itemLog(by: Person, cutoverId: string, assetId: string): Promise<readonly unknown[]> {
    const answer = await this.call('GET', `cutovers/${cutoverId}/assets/${assetId}/items`, bearer(by));
    const lines = (await answer.text()).split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as unknown);
  }

  /** A body is sent as JSON, a form as `multipart/form-data`. Throws `RefusedCall`. */
  async call(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body?: unknown,
  ): Promise<Response> {
    const isJson = body !== undefined && !(body instanceof FormData);
    const response = await fetch(`${this.baseUrl}/api/${path}`, {
      method,
      headers: { ...headers, ...(isJson && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: isJson ? JSON.stringify(body) : body }),
    });
    if (response.ok) return response;
    throw new RefusedCall(
      response.status,
      `${method} /api/${path} answered ${response.status}: ${await response.text()}`,
    );
  }
}

export class RefusedCall extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export const bearer = ({ token }: Person): Record<string, string> => ({ authorization: `Bearer ${token}` });
