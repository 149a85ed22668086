// Steps the orchestrations of environments with the real activities over a real ledger, and the real adapter over the stand-in of
// Resource Manager. No engine: nothing is replayed, and time passes only in waits.
import * as gates from '../../functions/activities/gates';
import { failEnvironment, type Used } from '../../functions/activities/environment-round';
import { examineEnvironment } from '../../functions/activities/inspection';
import { beginProvisioning, planEnvironment } from '../../functions/activities/plan-environment';
import { listResidue, removeResidue } from '../../functions/activities/residue';
import { endStatement } from '../../functions/activities/statements';
import { endAcceptance, watchProvisioning } from '../../functions/activities/watch-environment';
import { builtInTemplates } from '../../functions/built-in-templates';
import type { StepContext } from '../../functions/steps/step';
import { inspection, provision, removal } from '../../orchestrations/provision';
import { endpointProbe } from '../../functions/endpoint-probe';
import { ArmClient } from '../../shared/adapters/arm/arm-client';
import { ArmResources } from '../../shared/adapters/arm/arm-resources';
import { createOutboundHttp } from '../../shared/adapters/safe-http/outbound-http';
import { HttpScripts } from '../../shared/adapters/workload-controls/http-scripts';
import {
  EnvironmentInput,
  type Environment,
  type EnvironmentAction,
} from '../../shared/contracts/environment';
import type { Gate } from '../../shared/contracts/gate';
import type { Workload } from '../../shared/contracts/workload';
import type { Principal } from '../../shared/contracts/principal';
import { createEnvironment, readEnvironment, requestAction } from '../../shared/ledger/environments';
import { answerGate, readGate } from '../../shared/ledger/gates';
import { ArmStandIn } from './arm/arm-stand-in';
import { lead, LedgerUnderTest } from './ledger-under-test';
import { sampleWorkload } from './sample-plan';
import { stepToEnd, type World } from './stepped-durable';

export const SUBSCRIPTION = '11111111-2222-3333-4444-555555555555';
export const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/shop`;

export const approver: Principal = { name: 'Amir', roles: ['approver'] };
export const tester: Principal = { name: 'Theo', roles: ['tester'] };

export const ACCOUNT = (name: string) => `${GROUP}/providers/Microsoft.Storage/storageAccounts/${name}`;

/** By the storage account's template, at the smallest size for tests. */
export const environmentOf = (kind: 'test' | 'production', more: Record<string, unknown> = {}) => ({
  id: `shop-${kind}`,
  workloadId: sampleWorkload().id,
  kind,
  subscriptionId: SUBSCRIPTION,
  resourceGroup: 'shop',
  definition: {
    kind: 'template',
    template: 'storage-account',
    version: 1,
    parameters: {
      name: { value: `shop${kind}` },
      ...(kind === 'test' && { sku: { value: 'Standard_LRS' } }),
    },
  },
  ...more,
});

const WORKFLOWS = { provision, inspect: inspection, remove: removal } as const;

type Run = (services: Used, input: never) => Promise<unknown>;
const activities: Readonly<Record<string, Run>> = {
  ...gates,
  planEnvironment,
  beginProvisioning,
  watchProvisioning,
  endStatement,
  endAcceptance,
  examineEnvironment,
  listResidue,
  removeResidue,
  failEnvironment,
};

/** What people answer at a gate; whatever happens meanwhile happens before they do. */
export type Deciding = (gate: Gate) => 'approve' | 'reject' | 'confirm' | 'wait';

const credential = {
  getToken: () => Promise.resolve({ token: 'stand-in', expiresOnTimestamp: Date.now() + 3_600_000 }),
};

const agree: Deciding = ({ choices }) => (choices.includes('approve') ? 'approve' : 'confirm');

export class EnvironmentWorld {
  readonly under = new LedgerUnderTest();
  readonly arm = new ArmStandIn();
  readonly asked: Gate[] = [];
  readonly allowed = '127.0.0.0/8';
  /** What the hooks of scripts are signed with. */
  secret = '';
  readonly #http = createOutboundHttp({ allowed: [this.allowed] });

  static async start(): Promise<EnvironmentWorld> {
    const world = new EnvironmentWorld();
    await world.arm.start();
    world.arm.addGroup(SUBSCRIPTION, 'shop');
    return world;
  }

  async stop(): Promise<void> {
    this.under.close();
    await this.#http.close();
    await this.arm.stop();
  }

  get catalogue() {
    return { ledger: this.under.ledger, builtIns: builtInTemplates };
  }

  get services(): Used {
    const { ledger } = this.under;
    const { endpoint } = this.arm;
    const azure = new ArmResources({ endpoint, credential, pollMs: 10 });
    const endpoints = endpointProbe(this.allowed, this.#http, new ArmClient({ endpoint, credential }));
    const scripts = new HttpScripts({ http: this.#http, secrets: { read: async () => this.secret } });
    return { ledger, clock: ledger.clock, azure, endpoints, scripts };
  }

  describe(input: unknown): Promise<unknown> {
    return createEnvironment(this.catalogue, lead, EnvironmentInput.parse(input));
  }

  request(id: string, action: EnvironmentAction): Promise<Environment> {
    return requestAction(this.catalogue, lead, id, action, { reason: 'the test wants it' });
  }

  async read(id: string): Promise<Environment> {
    return (await readEnvironment(this.under.ledger, id)).body;
  }

  /** What the readiness of a cutover would look at. */
  stepContext(workload: Workload): StepContext {
    const cutover = { workloadId: workload.id, workload };
    return { services: this.services, cutover } as unknown as StepContext;
  }

  /** Runs the action asked for last to its end; people answer as told. */
  async run(id: string, decide: Deciding = agree): Promise<Environment> {
    const { action, round } = await this.read(id);
    const world: World = {
      nowMs: () => this.under.now,
      activity: (name, input) => {
        const activity = activities[name];
        if (!activity) throw new Error(`activity ${name} is not part of an environment`);
        return activity(this.services, input as never);
      },
      child: () => Promise.reject(new Error('an environment has no children')),
      idle: async (timerAtMs) => {
        const { openGate } = await this.read(id);
        if (openGate !== null && (await this.#answer(openGate, decide))) return 'wake';
        this.under.now = timerAtMs;
        return 'time';
      },
    };
    await stepToEnd(WORKFLOWS[action], { environmentId: id, round }, world);
    return this.read(id);
  }

  async #answer(gateId: string, decide: Deciding): Promise<boolean> {
    const { ledger } = this.under;
    const { body: gate } = await readGate(ledger, gateId);
    this.asked.push(gate);
    const choice = decide(gate);
    if (choice === 'wait') return false;
    const person = gate.roles.includes('tester') ? tester : approver;
    const planHash = gate.planHash === null ? {} : { planHash: gate.planHash };
    const answered = await answerGate(ledger, person, gateId, {
      choice,
      reason: `we ${choice}`,
      ...(choice === 'confirm' && { evidence: `seen for ${gate.stage}` }),
      ...planHash,
    });
    if (answered.kind === 'refused') throw new Error(answered.reason);
    return true;
  }
}
