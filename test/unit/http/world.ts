import { createHash } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { gateLink } from '../../../functions/http/decision-page/gate-link';
import type { Gate } from '../../../shared/contracts/gate';
import { createCutover } from '../../../shared/ledger/cutovers';
import { openGate } from '../../../shared/ledger/gates';
import { readWave } from '../../../shared/ledger/waves';
import { readWorkload } from '../../../shared/ledger/workloads';
import { ApiUnderTest, WEBHOOK_SECRET, type Sent } from './api-under-test';
import { put, waveInput, workloadInput } from './samples';

export interface World {
  readonly api: ApiUnderTest;
  readonly lead: { authorization: string };
  readonly approver: { authorization: string };
  readonly viewer: { authorization: string };
  readonly operator: { authorization: string };
  readonly approverToken: string;
  readonly cutoverId: string;
  readonly gate: Gate;
  /** The `link` parameter of the gate's decision page. */
  readonly link: string;
}

/** A wave of one workload with a cutover, a workload in no wave and an open go/no-go, and a person of each kind. */
export async function makeWorld(): Promise<World> {
  const api = new ApiUnderTest();
  const { ledger, settings } = api.services;
  const lead = await api.authorization('Lea Lead', 'lead');
  const approver = await api.authorization('Ada Approver', 'approver');
  await api.call('putWorkload', put(workloadInput(), lead));
  await api.call('putWorkload', put(workloadInput('spare'), lead));
  await api.call('createWave', { body: waveInput(), headers: lead });
  const wave = (await readWave(ledger, 'first')).body;
  const cutoverId = await createCutover(ledger, wave, (await readWorkload(ledger, 'shop')).body);
  const gate = await openGate(ledger, {
    subject: `cutover:${cutoverId}`,
    gate: 'go-no-go',
    stage: 'readiness',
    attempt: 1,
    question: 'May it go?',
    choices: ['approve', 'reject'],
    roles: ['approver'],
    quorum: 'all',
  });
  const link = new URL(await gateLink(ledger, settings.publicUrl(), gate)).searchParams.get('link') ?? '';
  return {
    api,
    lead,
    approver,
    viewer: await api.authorization('Vic Viewer', 'viewer'),
    operator: await api.authorization('Otto Operator', 'operator'),
    approverToken: approver.authorization.slice('Bearer '.length),
    cutoverId,
    gate,
    link,
  };
}

export const form = (fields: Readonly<Record<string, string>>): string =>
  new URLSearchParams(fields).toString();

/** Signs in on the decision page; the answer is what the decision form needs. */
export async function signIn(
  { api, gate, link }: World,
  token: string,
): Promise<{ cookie: string; csrf: string }> {
  const signedIn = await api.call('signInToDecide', { params: { id: gate.id }, body: form({ link, token }) });
  const cookie = signedIn.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const page = await api.call('showDecisionPage', {
    params: { id: gate.id },
    query: { link },
    headers: { cookie },
  });
  return { cookie, csrf: /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '' };
}

/** A change tool's message as Standard Webhooks signs it. */
export function signedMessage(
  api: ApiUnderTest,
  id: string,
  body: object,
): Sent & { headers: Record<string, string> } {
  const text = JSON.stringify(body);
  const webhook = new Webhook(WEBHOOK_SECRET);
  return {
    headers: {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(api.now.getTime() / 1_000)),
      'webhook-signature': webhook.sign(id, api.now, text),
    },
    body: text,
  };
}

export const tokenIdOf = (token: string): string =>
  createHash('sha256').update(token).digest('hex').slice(0, 16);
