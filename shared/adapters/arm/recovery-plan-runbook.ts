import type { RecoveryPlan, RunbookExecution, RunbookStepDefinition } from '../../contracts/runbook';
import { RecoveryPlanStatus } from '../../contracts/site-recovery';
import { OPERATION_OF, recoveryPlanExecution, recoveryPlanSteps } from '../../domain/recovery-plan-steps';
import type { Acted, Idle, Readiness, Runbook } from '../../ports/runbook';
import type { ArmClient } from './arm-client';
import { followSoon } from './azure-migrate-project';
import { refusalIn } from './refusal-in';

const API_VERSION = '2025-08-01';

const lastSegment = (id: string | null | undefined): string | null => id?.split('/').at(-1) || null;

/**
 * A recovery plan of Site Recovery, from its test failover to the commit, by the service's public specification. A plan remembers one
 * scenario at a time: a run is named after the job of its test failover, which always comes first.
 */
export class RecoveryPlanRunbook implements Runbook {
  readonly source = 'site-recovery';

  constructor(
    private readonly client: ArmClient,
    private readonly asset: RecoveryPlan,
    readonly pollMs: number,
  ) {}

  async readiness(): Promise<Readiness> {
    try {
      const { allowedOperations } = (await this.#plan()).properties;
      if (!allowedOperations.includes('TestFailover'))
        return { kind: 'not-ready', reason: `it allows ${allowedOperations.join(', ') || 'nothing'} now` };
      return { kind: 'ready', steps: this.#steps(), detail: 'a test failover is allowed' };
    } catch (error) {
      return { kind: 'not-ready', reason: refusalIn(error).reason };
    }
  }

  /** The plan tells of its newest scenario only. */
  async runs(): Promise<readonly string[]> {
    const { currentScenario } = (await this.#plan()).properties;
    const job = currentScenario?.scenarioName === 'TestFailover' ? lastSegment(currentScenario.jobId) : null;
    return job === null ? [] : [job];
  }

  async start(): Promise<Acted & { readonly runId?: string }> {
    const acted = await this.#operate('test-failover', 'testFailover', async () => ({
      properties: {
        failoverDirection: 'PrimaryToRecovery',
        networkType: 'VmNetworkAsInput',
        networkId: this.asset.testNetworkId,
        providerSpecificDetails: await this.#providers(),
      },
    }));
    if (acted.kind === 'refused') return acted;
    const [runId] = await this.runs();
    return runId === undefined ? acted : { ...acted, runId };
  }

  async state(runId: string): Promise<RunbookExecution> {
    return recoveryPlanExecution(runId, await this.#plan(), this.#steps());
  }

  /** The service can stop the job that runs now; between two operations there is nothing to stop. */
  async perform(_runId: string, action: 'pause' | 'resume' | 'cancel'): Promise<Acted | Idle> {
    if (action !== 'cancel')
      return {
        kind: 'refused',
        reason: 'a recovery plan can be neither paused nor resumed between its steps',
      };
    const { currentScenario, currentScenarioStatus, currentScenarioStatusDescription } = (await this.#plan())
      .properties;
    if (currentScenarioStatusDescription === 'WaitingForStopTestFailover')
      return this.#cleanUp('the cutover turns back');
    const job = lastSegment(currentScenario?.jobId);
    if (currentScenarioStatus !== 'InProgress' || job === null) return { kind: 'idle' };
    const vault = this.asset.planId.split('/').slice(0, -2).join('/');
    return this.#post(`${vault}/replicationJobs/${job}/cancel`);
  }

  approve(_runId: string, stepId: string): Promise<Acted> {
    switch (stepId) {
      case 'planned-failover':
        return this.#operate(stepId, 'plannedFailover', async () => ({
          properties: {
            failoverDirection: 'PrimaryToRecovery',
            providerSpecificDetails: await this.#providers(),
          },
        }));
      case 'commit':
        return this.#operate(stepId, 'failoverCommit');
      case 're-protect':
        return this.#operate(stepId, 'reProtect');
      default:
        return Promise.resolve({ kind: 'refused', reason: `${stepId} waits for no approval` });
    }
  }

  async complete(_runId: string, stepId: string, comment: string): Promise<Acted> {
    if (stepId !== 'test-clean-up') return { kind: 'refused', reason: `${stepId} is no work for people` };
    return this.#cleanUp(comment);
  }

  /** The operation again; a test failover begins another run. */
  async retry(runId: string, stepId: string): Promise<Acted> {
    if (stepId === 'test-failover')
      return {
        kind: 'refused',
        reason: 'a test failover that failed is over: another one has to be started',
      };
    return stepId === 'test-clean-up' ? this.#cleanUp('again') : this.approve(runId, stepId);
  }

  #steps(): readonly RunbookStepDefinition[] {
    return recoveryPlanSteps(this.asset.reProtect);
  }

  async #plan(): Promise<RecoveryPlanStatus> {
    const { body } = await this.client.send({
      method: 'GET',
      path: this.asset.planId,
      apiVersion: API_VERSION,
    });
    return RecoveryPlanStatus.parse(body);
  }

  async #providers(): Promise<{ instanceType: string }[]> {
    return (await this.#plan()).properties.replicationProviders.map((instanceType) => ({ instanceType }));
  }

  #cleanUp(comment: string): Promise<Acted> {
    const comments = comment.slice(0, 500);
    return this.#operate('test-clean-up', 'testFailoverCleanup', async () => ({ properties: { comments } }));
  }

  /** Only what the plan allows now; whether re-protecting is allowed it does not say. */
  async #operate(stepId: string, action: string, body?: () => Promise<object>): Promise<Acted> {
    const { allowedOperations } = (await this.#plan()).properties;
    const needed = OPERATION_OF[stepId];
    if (needed !== undefined && !allowedOperations.includes(needed))
      return {
        kind: 'refused',
        reason: `the plan allows ${allowedOperations.join(', ') || 'nothing'} now, not ${needed}`,
      };
    return this.#post(`${this.asset.planId}/${action}`, await body?.());
  }

  /** Accepted once it is under way or through; how it ends the plan tells. */
  async #post(path: string, body?: object): Promise<Acted> {
    try {
      const content = body === undefined ? {} : { body };
      const { operation } = await this.client.send({
        method: 'POST',
        path,
        apiVersion: API_VERSION,
        ...content,
      });
      if (operation === null) return { kind: 'accepted' };
      const ended = await followSoon(this.client, operation);
      return ended.kind === 'failed' ? { kind: 'refused', reason: ended.reason } : { kind: 'accepted' };
    } catch (error) {
      return refusalIn(error);
    }
  }
}
