import type { DataReport } from '../../../shared/contracts/replication';
import { saveDataReport } from '../../../shared/ledger/progress';
import type { IdentityProvider } from '../../../shared/ports/identity-provider';
import type { Sent } from './api-under-test';
import { environmentCases } from './environment-cases';
import { planningCases } from './planning-cases';
import { put, waveInput, workloadInput } from './samples';
import { form, signedMessage, signIn, tokenIdOf, type World } from './world';

export interface Case {
  readonly accepted: (world: World) => Promise<Sent> | Sent;
  readonly refused: (world: World) => Promise<Sent> | Sent;
}

const approved = { type: 'change.approved', ticket: 'CHG0001', by: 'Change board' };
const reading = (params: (world: World) => Record<string, string> = () => ({})): Case => ({
  accepted: (world) => ({ params: params(world), headers: world.viewer }),
  refused: (world) => ({ params: params(world) }),
});
const wave = () => ({ id: 'first' });
const cutover = ({ cutoverId }: World) => ({ id: cutoverId });
const asset = ({ cutoverId }: World) => ({ id: cutoverId, asset: 'files' });
const acting = (name: 'lead' | 'operator'): Case => ({
  accepted: (world) => ({ params: wave(), headers: world[name], body: { reason: 'Planned so' } }),
  refused: (world) => ({ params: wave(), headers: world.viewer, body: { reason: 'Planned so' } }),
});

/** Knows one account and says yes to everything: what Entra's tokens must be like is proved over HTTP in `test/unit/entra`. */
const provider: IdentityProvider = {
  verifyToken: async () => ({ kind: 'invalid', detail: 'No tokens here.' }),
  readPlatformHeader: () => ({ kind: 'invalid', detail: 'No platform here.' }),
  signInUrl: async ({ state }) => `https://login.example/authorize?state=${state}`,
  finishSignIn: async () => ({
    kind: 'valid',
    principal: { name: 'entra:tenant:somebody', roles: ['approver'] },
    expiresAt: '2026-11-21T13:00:00.000Z',
  }),
};

async function accountSignIn({ api, gate, link }: World): Promise<Sent & { headers: { cookie: string } }> {
  api.services.identity = { ownTokens: true, provider };
  const begun = await api.call('beginAccountSignIn', { params: { id: gate.id }, query: { link } });
  const state = new URL(begun.headers['location'] ?? '').searchParams.get('state') ?? '';
  const cookie = begun.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  return { headers: { cookie }, body: form({ code: 'a-code', state }) };
}

const liveReport: DataReport = {
  ...{ id: 'live.orders', kind: 'live', assetId: 'orders', at: '2026-11-21T12:00:00.000Z', ok: false },
  ...{ summary: 'one row differs', details: { rows: [{ kind: 'missing' }] } },
};

/** For every operation a request that is accepted, and one that is refused. */
export const cases: Readonly<Record<string, Case>> = {
  listWorkloads: reading(),
  getWorkload: reading(() => ({ id: 'shop' })),
  putWorkload: {
    accepted: ({ lead }) => put(workloadInput('other'), lead),
    refused: ({ viewer }) => put(workloadInput('other'), viewer),
  },
  listWaves: reading(),
  getWave: reading(wave),
  getWavePlan: reading(wave),
  createWave: {
    accepted: ({ lead }) => ({ headers: lead, body: waveInput('second') }),
    refused: ({ lead }) => ({ headers: lead, body: waveInput('second', ['nowhere']) }),
  },
  putWave: {
    accepted: async ({ api, lead }) => {
      const { headers } = await api.call('getWave', { params: wave(), headers: lead });
      return { params: wave(), headers: { ...lead, 'if-match': headers['etag'] ?? '' }, body: waveInput() };
    },
    refused: ({ lead }) => ({ params: wave(), headers: lead, body: waveInput() }),
  },
  startWave: acting('lead'),
  holdWave: acting('operator'),
  releaseWave: acting('operator'),
  stopWave: acting('operator'),
  ...environmentCases,
  ...planningCases,
  listCutovers: reading(),
  getCutover: reading(cutover),
  getLimits: reading(asset),
  putLimits: {
    accepted: async (world) => {
      const read = await world.api.call('getLimits', { params: asset(world), headers: world.viewer });
      const headers = { ...world.operator, 'if-match': read.headers['etag'] ?? '' };
      return { params: asset(world), headers, body: { parallelSlices: 3 } };
    },
    refused: (world) => ({ params: asset(world), headers: world.operator, body: { parallelSlices: 3 } }),
  },
  getItemLog: reading(asset),
  listDataReports: reading(cutover),
  getDifferingRows: {
    accepted: async (world) => {
      const { ledger } = world.api.services;
      await saveDataReport(ledger, world.cutoverId, liveReport);
      return { params: { ...cutover(world), report: liveReport.id }, headers: world.viewer };
    },
    refused: (world) => ({ params: { ...cutover(world), report: 'live.none' }, headers: world.viewer }),
  },
  listCommands: reading(cutover),
  getCommand: {
    accepted: async (world) => {
      const body = { kind: 'pause', reason: 'Lunch' };
      await world.api.call('submitCommand', { params: cutover(world), headers: world.operator, body });
      return { params: { ...cutover(world), number: '1' }, headers: world.viewer };
    },
    refused: (world) => ({ params: { ...cutover(world), number: '99' }, headers: world.viewer }),
  },
  submitCommand: {
    accepted: (world) => ({
      params: cutover(world),
      headers: world.operator,
      body: { kind: 'pause', reason: 'Lunch' },
    }),
    refused: (world) => ({
      params: cutover(world),
      headers: world.operator,
      body: { kind: 'resume', reason: 'Not paused' },
    }),
  },
  listDeadLetters: {
    accepted: ({ api, viewer }) => {
      api.buryEvents('teams', 1);
      return { query: { subscription: 'teams' }, headers: viewer };
    },
    refused: ({ viewer }) => ({ headers: viewer }),
  },
  replayDeadLetter: {
    accepted: ({ api, operator }) => {
      api.buryEvents('teams', 1);
      return { params: { subscription: 'teams', sequenceNumber: '1' }, headers: operator };
    },
    refused: ({ operator }) => ({
      params: { subscription: 'teams', sequenceNumber: '1' },
      headers: operator,
    }),
  },
  listGates: reading(),
  getGate: reading(({ gate }) => ({ id: gate.id })),
  answerGate: {
    accepted: ({ gate, approver }) => ({
      params: { id: gate.id },
      headers: approver,
      body: { choice: 'approve', reason: 'Ready', planHash: gate.planHash },
    }),
    refused: ({ gate, approver }) => ({
      params: { id: gate.id },
      headers: approver,
      body: { choice: 'approve', reason: 'Ready', planHash: '0'.repeat(64) },
    }),
  },
  showDecisionPage: {
    accepted: ({ gate, link }) => ({ params: { id: gate.id }, query: { link } }),
    refused: ({ gate, link }) => ({ params: { id: gate.id }, query: { link: link.replace(/.$/, '_') } }),
  },
  signInToDecide: {
    accepted: ({ gate, link, approverToken }) => ({
      params: { id: gate.id },
      body: form({ link, token: approverToken }),
    }),
    refused: ({ gate, link }) => ({ params: { id: gate.id }, body: form({ link, token: 'cw_wrong' }) }),
  },
  beginAccountSignIn: {
    accepted: ({ api, gate, link }) => {
      api.services.identity = { ownTokens: true, provider };
      return { params: { id: gate.id }, query: { link } };
    },
    refused: ({ gate, link }) => ({ params: { id: gate.id }, query: { link } }),
  },
  showAccountSignIn: {
    accepted: () => ({
      query: { code: 'a-code', state: 'a-state', session_state: 'added by the authority' },
    }),
    refused: () => ({ query: { error: 'access_denied', error_description: 'They said no' } }),
  },
  finishAccountSignIn: {
    accepted: accountSignIn,
    refused: async (world) => ({ ...(await accountSignIn(world)), headers: {} }),
  },
  decideOnPage: {
    accepted: async (world) => {
      const { cookie, csrf } = await signIn(world, world.approverToken);
      const fields = { choice: 'approve', reason: 'Ready', planHash: world.gate.planHash ?? '' };
      return {
        params: { id: world.gate.id },
        headers: { cookie },
        body: form({ link: world.link, csrf, ...fields }),
      };
    },
    refused: ({ gate, link }) => ({
      params: { id: gate.id },
      body: form({ link, csrf: 'none', choice: 'approve', reason: 'Ready' }),
    }),
  },
  importAzureMigrate: {
    accepted: ({ lead }) => ({ headers: lead, body: { files: [{ name: 'wave.json', text: '{}' }] } }),
    refused: ({ viewer }) => ({ headers: viewer, body: { files: [] } }),
  },
  getCutoverLog: reading(cutover),
  exportCutoverLog: reading(cutover),
  getWaveLog: reading(wave),
  exportWaveLog: reading(wave),
  getWorkloadLog: reading(() => ({ id: 'shop' })),
  exportWorkloadLog: reading(() => ({ id: 'shop' })),
  receiveChangeRequest: {
    accepted: ({ api }) => signedMessage(api, 'msg_1', approved),
    refused: ({ api }) => ({
      ...signedMessage(api, 'msg_1', approved),
      body: { ...approved, by: 'Mallory' },
    }),
  },
  listTokens: { accepted: () => ({}), refused: () => ({ query: { top: '0' } }) },
  createToken: {
    accepted: () => ({ body: { name: 'Nora', roles: ['viewer'] } }),
    refused: () => ({ body: { name: 'Nora', roles: ['king'] } }),
  },
  revokeToken: {
    accepted: ({ approverToken }) => ({ params: { id: tokenIdOf(approverToken) } }),
    refused: () => ({ params: { id: '0123456789abcdef' } }),
  },
  diagnose: {
    accepted: ({ operator }) => ({ headers: operator }),
    refused: ({ viewer }) => ({ headers: viewer }),
  },
  getHealth: { accepted: () => ({}), refused: () => ({ query: { verbose: 'yes' } }) },
  getOpenApi: { accepted: () => ({}), refused: () => ({ query: { version: '2' } }) },
};
