import { keepLesson } from '../../../shared/ledger/lessons';
import type { Sent } from './api-under-test';
import { importOf, json } from './multipart';
import type { World } from './world';

type Request = (world: World) => Promise<Sent> | Sent;

const main = { id: 'main' };
const till = { id: 'main', workload: 'till' };
export const big = { id: 'big' };

export type CallBy = [
  operation: string,
  by: 'lead' | 'approver' | 'operator',
  params: Record<string, string>,
  body?: object,
];

export const callBy = (world: World, ...[operation, by, params, body]: CallBy) =>
  world.api.call(operation, { params, headers: world[by], ...(body && { body }) });

/** A workload with all that a cutover needs. */
const execution = (id: string): Record<string, unknown> => ({
  assets: [{ id: 'files', kind: 'files', root: '/srv/till', container: `${id}-files` }],
  controls: { kind: 'manual' },
  rollbackPlan: 'Point the load balancer back.',
});

export const inventory = {
  workloads: [
    {
      id: 'till',
      name: 'Till',
      owner: 'Olga Owner',
      criticality: 'low',
      environment: 'test',
      dataGb: 1,
      execution: execution('till'),
    },
    {
      id: 'office',
      name: 'Office',
      criticality: 'medium',
      environment: 'production',
      owner: 'Otto Owner',
      dataGb: 5,
    },
  ],
};

export const settings = {
  earliestStart: '2026-11-21T13:00:00Z',
  emergencyChannel: '+49 30 1234567',
  paths: [{ kind: 'vpn', state: 'provisioned', megabitsPerSecond: 500, roundTripMs: 10, isMeasured: true }],
};

export async function imported({ api, lead }: World): Promise<void> {
  const got = await api.call('importInventory', await importOf(lead, [json('own.json', inventory)]));
  if (got.status !== 200 || got.json.errors > 0) throw new Error(`not imported: ${got.text}`);
}

/** A plan over that, whose hash is the answer. */
export async function planned(world: World): Promise<string> {
  const { api, lead } = world;
  const read = () => api.call('getPlan', { params: big, headers: lead });
  const there = await read();
  if (there.status === 200) return there.json.contentHash as string;
  await imported(world);
  const headers = { ...lead, 'if-none-match': '*' };
  const made = await api.call('putPlan', { params: big, headers, body: { name: 'Big plan', settings } });
  if (made.status !== 201) throw new Error(`not planned: ${made.text}`);
  return (await read()).json.contentHash as string;
}

export async function approved(world: World): Promise<void> {
  const contentHash = await planned(world);
  const body = { criticality: 'low' };
  await world.api.call('confirmCriticality', { params: till, headers: world.lead, body });
  const sent = { params: big, headers: world.approver, body: { contentHash, reason: 'Agreed' } };
  const got = await world.api.call('approvePlan', sent);
  if (got.status !== 200) throw new Error(`not approved: ${got.text}`);
}

/** The wave of the workload that can be run. */
export async function waveOfTill(world: World): Promise<string> {
  await planned(world);
  const got = await world.api.call('getPlannedWorkload', {
    params: { ...big, workload: 'till' },
    headers: world.viewer,
  });
  return String(got.json.wave);
}

/** A lesson of a cutover that took twice as long as was forecast. */
export async function learned(world: World): Promise<void> {
  await imported(world);
  const twice = { forecastMinutes: 30, actualMinutes: 60 };
  await keepLesson(world.api.services.ledger, 'main', {
    cutoverId: 'big-w1--till',
    workloadId: 'till',
    method: 'offline',
    outcome: 'completed',
    transfer: null,
    downtime: twice,
    troubled: ['final-pass'],
    sentBack: null,
    planId: 'big',
    wave: 1,
    at: '2026-11-21T12:00:00.000Z',
    setAside: null,
  });
}

const reading = (
  make: (world: World) => Promise<unknown>,
  params: Record<string, string>,
  query: Record<string, string> = {},
): { accepted: Request; refused: Request } => ({
  accepted: async (world) => {
    await make(world);
    return { params, query, headers: world.viewer };
  },
  refused: ({ viewer }) => ({ params: { ...params, id: 'nothing' }, headers: viewer }),
});

const tracking =
  (body: Record<string, unknown>): Request =>
  async (world) => {
    await imported(world);
    return { params: { ...till, key: 'skills' }, headers: world.operator, body };
  };

const saying =
  (body: Record<string, unknown>): Request =>
  async (world) => {
    await planned(world);
    return { params: big, headers: world.lead, body };
  };

/** A request over a plan, of its content or of other. */
const over = (person: 'approver' | 'operator', params: Record<string, string>, rest: object) => ({
  accepted: async (world: World) => ({
    params,
    headers: world[person],
    body: { contentHash: await planned(world), ...rest },
  }),
  refused: async (world: World) => {
    await planned(world);
    return { params, headers: world[person], body: { contentHash: '0'.repeat(64), ...rest } };
  },
});

export const planningCases: Readonly<Record<string, { accepted: Request; refused: Request }>> = {
  listPortfolios: { ...reading(imported, {}), refused: () => ({}) },
  getPortfolio: reading(imported, main),
  importInventory: {
    accepted: ({ lead }) => importOf(lead, [json('own.json', inventory)], { apply: 'false' }),
    refused: ({ lead }) => importOf(lead, [json('own.json', inventory)], { apply: 'perhaps' }),
  },
  listInventory: reading(imported, main, { text: 'TILL', top: '1' }),
  getInventoryWorkload: reading(imported, till),
  putInventoryWorkload: {
    accepted: async (world) => {
      await imported(world);
      const read = await world.api.call('getInventoryWorkload', { params: till, headers: world.lead });
      const headers = { ...world.lead, 'if-match': read.headers['etag'] ?? '' };
      return { params: till, headers, body: { ...read.json, owner: 'Nora' } };
    },
    refused: async (world) => {
      await imported(world);
      const read = await world.api.call('getInventoryWorkload', { params: till, headers: world.lead });
      const headers = { ...world.lead, 'if-match': '"1"' };
      return { params: till, headers, body: { ...read.json, owner: 'Nora' } };
    },
  },
  confirmCriticality: {
    accepted: async (world) => {
      await imported(world);
      return { params: till, headers: world.lead, body: { criticality: 'low' } };
    },
    refused: async (world) => {
      await imported(world);
      return { params: till, headers: world.lead, body: { criticality: 'high' } };
    },
  },
  putTrackedItem: {
    accepted: tracking({ state: 'exception', note: 'Done by a partner' }),
    refused: tracking({ state: 'exception' }),
  },
  listReadiness: reading(imported, main, { state: 'open', severity: 'block' }),
  listLessons: reading(learned, main),
  judgeLesson: {
    accepted: async (world) => {
      await learned(world);
      const params = { id: 'main', cutover: 'big-w1--till' };
      return { params, headers: world.lead, body: { counts: false, reason: 'The line was down' } };
    },
    refused: async (world) => {
      await learned(world);
      const params = { id: 'main', cutover: 'big-w1--till' };
      return { params, headers: world.lead, body: { counts: false } };
    },
  },
  getPortfolioLog: reading(imported, main),
  exportPortfolioLog: reading(imported, main),
  putPlan: {
    accepted: async (world) => {
      await planned(world);
      const read = await world.api.call('getPlan', { params: big, headers: world.lead });
      const headers = { ...world.lead, 'if-match': read.headers['etag'] ?? '' };
      return {
        params: big,
        headers,
        body: { name: 'Big plan', settings: { ...settings, daysBetweenWaves: 3 } },
      };
    },
    refused: async (world) => {
      await planned(world);
      const headers = { ...world.lead, 'if-none-match': '*' };
      return { params: big, headers, body: { name: 'Big plan', settings } };
    },
  },
  replanPlan: {
    accepted: saying({ reason: 'The portfolio has changed' }),
    refused: ({ lead }) => ({ params: { id: 'nothing' }, headers: lead, body: { reason: 'Why not' } }),
  },
  editPlan: {
    accepted: saying({ edits: [{ kind: 'exclude', workloadId: 'office', reason: 'Is sold' }] }),
    refused: saying({ edits: [{ kind: 'exclude', workloadId: 'office' }] }),
  },
  undoPlanEdit: {
    accepted: async (world) => {
      await planned(world);
      const edits = [{ kind: 'exclude', workloadId: 'office', reason: 'Is sold' }];
      await world.api.call('editPlan', { params: big, headers: world.lead, body: { edits } });
      return { params: big, headers: world.lead, body: { edit: 1, version: 2, reason: 'It was not' } };
    },
    refused: saying({ edit: 7, reason: 'There is no such edit' }),
  },
  approvePlan: over('approver', big, { reason: 'Agreed' }),
  confirmPlannedWave: over('operator', { ...big, number: '1' }, {}),
  startPlannedWave: {
    accepted: async (world) => {
      const number = await waveOfTill(world);
      await approved(world);
      return { params: { ...big, number }, headers: world.lead, body: { reason: 'It is time' } };
    },
    refused: async (world) => {
      const number = await waveOfTill(world);
      return { params: { ...big, number }, headers: world.lead, body: { reason: 'It is time' } };
    },
  },
  simulatePlan: {
    accepted: saying({ runs: 20, seed: 7, changes: [{ kind: 'more-teams' }] }),
    refused: saying({ runs: 2_001 }),
  },
  listPlans: { ...reading(planned, {}), refused: () => ({}) },
  getPlan: reading(planned, big, { version: '1' }),
  listPlannedWaves: reading(planned, big),
  getPlannedWave: reading(planned, { ...big, number: '1' }),
  readCalendar: {
    accepted: ({ lead }) => ({
      headers: lead,
      body: {
        text: [
          'BEGIN:VCALENDAR',
          'VERSION:2.0',
          'PRODID:-//example//EN',
          'BEGIN:VEVENT',
          'UID:audit',
          'DTSTAMP:20261101T000000Z',
          'DTSTART;VALUE=DATE:20270104',
          'DTEND;VALUE=DATE:20270106',
          'SUMMARY:Audit',
          'END:VEVENT',
          'END:VCALENDAR',
          '',
        ].join('\r\n'),
        from: '2027-01-01T00:00:00Z',
        until: '2028-01-01T00:00:00Z',
        timeZone: 'Europe/Berlin',
      },
    }),
    refused: ({ lead }) => ({
      headers: lead,
      body: { text: 'BEGIN:VEVENT', from: '2027-01-01T00:00:00Z', until: '2028-01-01T00:00:00Z' },
    }),
  },
  getPlanCalendar: reading(planned, big),
  getPlanDocument: reading(planned, big, { format: 'html' }),
  getPlannedWaveDocument: reading(planned, { ...big, number: '1' }, { format: 'xlsx' }),
  getPlannedWorkload: reading(planned, { ...big, workload: 'till' }),
  listCuts: reading(planned, big),
  listPlanConfirmations: reading(planned, big),
  listPlanProblems: reading(planned, big),
  listPlanDifferences: reading(planned, big, { from: '1', to: '1' }),
  getPlanLog: reading(planned, big),
  exportPlanLog: reading(planned, big),
};
