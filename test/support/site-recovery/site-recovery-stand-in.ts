// A recovery plan of Site Recovery for the stand-in of Resource Manager, after the examples of the public specification (2025-08-01). It
// moves no machine; how long an operation takes, what a provider refuses, and what the plan allows when, only a vault can prove.
import { randomUUID } from 'node:crypto';
import { armError, ArmStandIn, type ArmReply, type ArmRequest } from '../arm/arm-stand-in';

const VAULT =
  '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/move/providers/Microsoft.RecoveryServices/vaults/vault1';
export const PLAN_ID = `${VAULT}/replicationRecoveryPlans/shop`;
export const TEST_NETWORK_ID =
  '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/move/providers/Microsoft.Network/virtualNetworks/test';

interface Operation {
  readonly scenario: string;
  /** What the plan allows once it is through. */
  readonly then: readonly string[];
  readonly needs: string | null;
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  testFailover: { scenario: 'TestFailover', then: ['TestFailoverCleanup'], needs: 'TestFailover' },
  testFailoverCleanup: {
    scenario: 'TestFailoverCleanup',
    then: ['PlannedFailover', 'UnplannedFailover', 'TestFailover'],
    needs: 'TestFailoverCleanup',
  },
  plannedFailover: { scenario: 'PlannedFailover', then: ['Commit'], needs: 'PlannedFailover' },
  failoverCommit: { scenario: 'CommitFailover', then: ['UnplannedFailover'], needs: 'Commit' },
  reProtect: { scenario: 'ReverseReplication', then: ['PlannedFailover'], needs: null },
};

export class SiteRecoveryStandIn {
  readonly arm = new ArmStandIn();
  /** Operations asked for, with their bodies. */
  readonly asked: { readonly action: string; readonly body: unknown }[] = [];
  /** The next operation of that name fails. */
  failNext: string | null = null;
  #allowed: readonly string[] = ['TestFailover', 'PlannedFailover', 'UnplannedFailover'];
  #scenario: string | null = null;
  #job = '';
  #status = 'Succeeded';
  #then: readonly string[] = [];
  readonly #operations = new Set<string>();

  async start(): Promise<void> {
    await this.arm.start();
    this.arm.extensions.push((request) => this.#answer(request));
  }

  stop(): Promise<void> {
    return this.arm.stop();
  }

  #answer({ method, path, query, body }: ArmRequest): ArmReply | null {
    if (!path.startsWith(VAULT)) return null;
    if (query.get('api-version') !== '2025-08-01')
      return armError(400, 'InvalidApiVersion', 'The api-version is invalid.');
    const operation = /\/replicationOperationStatus\/([^/]+)$/.exec(path)?.[1];
    if (operation !== undefined) {
      if (!this.#operations.has(operation)) return armError(404, 'NotFound', 'There is no such operation.');
      return { status: 200, body: { name: operation, status: 'Succeeded' } };
    }
    if (path === PLAN_ID && method === 'GET') return this.#plan();
    const action = path.startsWith(`${PLAN_ID}/`) ? path.slice(PLAN_ID.length + 1) : '';
    const known = OPERATIONS[action];
    return known
      ? this.#begin(action, known, body)
      : armError(404, 'ResourceNotFound', 'There is no such thing.');
  }

  #begin(action: string, { scenario, then, needs }: Operation, body: unknown): ArmReply {
    if (needs !== null && !this.#allowed.includes(needs))
      return armError(409, 'OperationNotAllowed', `${scenario} is not allowed now.`);
    this.asked.push({ action, body });
    this.#scenario = scenario;
    this.#job = randomUUID();
    this.#status = 'InProgress';
    this.#then = then;
    const id = randomUUID();
    this.#operations.add(id);
    const url = `${this.arm.endpoint}${VAULT}/replicationOperationStatus/${id}?api-version=2025-08-01`;
    return { status: 202, headers: { 'azure-asyncoperation': url, 'retry-after': '0' } };
  }

  /** Each look at the plan ends the scenario that is under way, the second one after it began. */
  #plan(): ArmReply {
    const shown = this.#shown();
    if (this.#status === 'InProgress') {
      const fails = this.failNext === this.#scenario;
      if (fails) this.failNext = null;
      this.#status = fails ? 'Failed' : this.#scenario === 'TestFailover' ? 'Suspended' : 'Succeeded';
      if (!fails) this.#allowed = this.#then;
    }
    return { status: 200, body: shown };
  }

  #shown(): object {
    const jobId = `${VAULT}/replicationJobs/${this.#job}`;
    return {
      id: PLAN_ID,
      name: 'shop',
      properties: {
        replicationProviders: ['InMageRcm'],
        allowedOperations: this.#status === 'InProgress' ? [] : this.#allowed,
        currentScenario: this.#scenario === null ? null : { scenarioName: this.#scenario, jobId },
        currentScenarioStatus: this.#status,
        currentScenarioStatusDescription:
          this.#status === 'Suspended'
            ? 'WaitingForStopTestFailover'
            : this.#status === 'Succeeded'
              ? 'Completed'
              : '',
      },
    };
  }
}
