import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { HttpFunctionOptions } from '@azure/functions';
import { registerHttp } from '../../../functions/http/register';
import { routes } from '../../../functions/http/routes';
import { EntraIdentity } from '../../../shared/adapters/entra/entra-identity';
import { Role } from '../../../shared/contracts/principal';
import { CLIENT_ID, EntraServer, TENANT_ID } from '../../support/entra/entra-server';
import { ApiUnderTest, type Got } from './api-under-test';

type Who = readonly Role[] | 'anybody' | 'administrator' | 'signed';

const EVERYBODY = ['lead', 'operator', 'owner', 'tester', 'approver', 'viewer'] as const;
const DECIDING = ['lead', 'operator', 'owner', 'tester', 'approver'] as const;
const RUNNING = ['lead', 'operator'] as const;
const PLANNING = ['lead'] as const;

/** Who may call what, written down apart from the routes: a new one has to be put in here, and a changed one changed here. */
const TABLE: Readonly<Record<string, Who>> = {
  listWorkloads: EVERYBODY,
  getWorkload: EVERYBODY,
  putWorkload: PLANNING,
  listWaves: EVERYBODY,
  getWave: EVERYBODY,
  getWavePlan: EVERYBODY,
  createWave: PLANNING,
  putWave: PLANNING,
  startWave: PLANNING,
  holdWave: RUNNING,
  releaseWave: RUNNING,
  stopWave: RUNNING,
  readCalendar: PLANNING,
  getPlanDocument: EVERYBODY,
  getPlanCalendar: EVERYBODY,
  getPlannedWaveDocument: EVERYBODY,
  listPortfolios: EVERYBODY,
  getPortfolio: EVERYBODY,
  importInventory: PLANNING,
  listInventory: EVERYBODY,
  getInventoryWorkload: EVERYBODY,
  putInventoryWorkload: PLANNING,
  confirmCriticality: ['lead', 'owner'],
  putTrackedItem: DECIDING,
  listReadiness: EVERYBODY,
  listLessons: EVERYBODY,
  judgeLesson: PLANNING,
  getPortfolioLog: EVERYBODY,
  exportPortfolioLog: EVERYBODY,
  listPlans: EVERYBODY,
  getPlan: EVERYBODY,
  putPlan: PLANNING,
  replanPlan: PLANNING,
  editPlan: PLANNING,
  undoPlanEdit: PLANNING,
  approvePlan: ['approver'],
  confirmPlannedWave: DECIDING,
  startPlannedWave: PLANNING,
  simulatePlan: DECIDING,
  listPlannedWaves: EVERYBODY,
  getPlannedWave: EVERYBODY,
  getPlannedWorkload: EVERYBODY,
  listCuts: EVERYBODY,
  listPlanProblems: EVERYBODY,
  listPlanConfirmations: EVERYBODY,
  listPlanDifferences: EVERYBODY,
  getPlanLog: EVERYBODY,
  exportPlanLog: EVERYBODY,
  listTemplates: EVERYBODY,
  getTemplate: EVERYBODY,
  contributeTemplate: PLANNING,
  listEnvironments: EVERYBODY,
  getEnvironment: EVERYBODY,
  getWhatIf: EVERYBODY,
  createEnvironment: PLANNING,
  provisionEnvironment: RUNNING,
  inspectEnvironment: RUNNING,
  putChecklist: PLANNING,
  removeEnvironment: RUNNING,
  reportApplied: RUNNING,
  getEnvironmentLog: EVERYBODY,
  exportEnvironmentLog: EVERYBODY,
  listCutovers: EVERYBODY,
  listDataReports: EVERYBODY,
  getDifferingRows: EVERYBODY,
  getCutover: EVERYBODY,
  getLimits: EVERYBODY,
  putLimits: RUNNING,
  getItemLog: EVERYBODY,
  listCommands: EVERYBODY,
  getCommand: EVERYBODY,
  submitCommand: RUNNING,
  listGates: EVERYBODY,
  getGate: EVERYBODY,
  answerGate: DECIDING,
  showDecisionPage: 'anybody',
  signInToDecide: 'anybody',
  beginAccountSignIn: 'anybody',
  showAccountSignIn: 'anybody',
  finishAccountSignIn: 'anybody',
  decideOnPage: 'anybody',
  getCutoverLog: EVERYBODY,
  exportCutoverLog: EVERYBODY,
  getWaveLog: EVERYBODY,
  exportWaveLog: EVERYBODY,
  getWorkloadLog: EVERYBODY,
  exportWorkloadLog: EVERYBODY,
  importAzureMigrate: PLANNING,
  receiveChangeRequest: 'signed',
  listDeadLetters: EVERYBODY,
  replayDeadLetter: RUNNING,
  listTokens: 'administrator',
  createToken: 'administrator',
  revokeToken: 'administrator',
  diagnose: RUNNING,
  getHealth: 'anybody',
  getOpenApi: 'anybody',
};

const entra = new EntraServer();
const api = new ApiUnderTest();
beforeAll(async () => {
  await entra.start();
  const tenant = {
    authority: entra.authority,
    tenantId: TENANT_ID,
    clientId: CLIENT_ID,
    audiences: [CLIENT_ID],
  };
  const provider = new EntraIdentity({
    tenant,
    clock: { now: () => api.now },
    behindPlatform: false,
    assertion: null,
  });
  api.services.identity = { ownTokens: false, provider };
});
afterAll(async () => {
  await entra.stop();
  api.close();
});

/** A call with a token of Entra for one role, or none. Nothing it asks for exists: whoever may ask is told that, or what to mend. */
async function callAs(operation: string, role: Role | null, body?: object): Promise<Got> {
  const account = {
    oid: '33333333-3333-4333-8333-333333333333',
    name: 'Somebody',
    roles: role === null ? [] : [role],
  };
  const headers =
    role === null ? undefined : { authorization: `Bearer ${await entra.personToken(account, api.now)}` };
  const params = { id: 'nothing', asset: 'nothing', number: '1' };
  return api.call(operation, { params, ...(headers && { headers }), ...(body && { body }) });
}

const isTurnedAway = ({ status, json }: Got): boolean => status === 403 && json?.code === 'forbidden';

describe('R64 the role table', () => {
  it('names every operation, and none that is not there', () => {
    expect(Object.keys(TABLE).sort()).toEqual(routes.map(({ operation }) => operation).sort());
  });

  it('leaves those of the administrator to the key of the host, and no other', () => {
    const levels = new Map<string, unknown>();
    const http = (name: string, options: HttpFunctionOptions) => void levels.set(name, options.authLevel);
    registerHttp({ http }, api.services);
    for (const [operation, who] of Object.entries(TABLE)) {
      expect([operation, levels.get(operation)]).toEqual([
        operation,
        who === 'administrator' ? 'admin' : 'anonymous',
      ]);
    }
  });

  const rows = Object.entries(TABLE);
  const byRole = rows.flatMap(([operation, who]) =>
    typeof who === 'string' ? [] : [[operation, who] as const],
  );
  it.each(byRole)('%s is open to %j alone', async (operation, allowed) => {
    const turnedAway: Role[] = [];
    for (const role of Role.options) {
      const got = await callAs(operation, role);
      expect(got.status).not.toBe(401);
      if (isTurnedAway(got)) turnedAway.push(role);
    }
    expect(turnedAway).toEqual(Role.options.filter((role) => !allowed.includes(role)));
    expect(await callAs(operation, null)).toMatchObject({ status: 401, json: { code: 'unauthenticated' } });
  });

  it.each(rows.filter(([, who]) => who === 'signed'))(
    '%s takes no token for a signature',
    async (operation) => {
      for (const role of [...Role.options, null]) {
        expect(await callAs(operation, role, {})).toMatchObject({
          status: 401,
          json: { code: 'unauthenticated' },
        });
      }
    },
  );

  it.each(rows.filter(([, who]) => who === 'anybody'))('%s asks nobody who they are', async (operation) => {
    const got = await callAs(operation, null);
    expect([got.status === 401, isTurnedAway(got)]).toEqual([false, false]);
  });
});
