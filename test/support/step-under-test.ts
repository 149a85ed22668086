// The steps that touch files, over a real ledger, journal, source folder and blob service, as orders and as whole transfers. No
// engine: nothing is replayed or retried by policy, and the claim is never lost.
import { afterAll } from '@jest/globals';
import { performWork } from '../../functions/activities/perform-work';
import { planPass, readParallelism } from '../../functions/activities/transfers';
import { inProcessWorker } from '../../functions/in-process-worker';
import type { Services } from '../../functions/services';
import { steps } from '../../functions/steps';
import type { StepContext } from '../../functions/steps/step';
import { offline } from '../../orchestrations/itineraries/offline';
import { orderFor } from '../../orchestrations/stage-work';
import { transfer, type TransferOutcome } from '../../orchestrations/transfer';
import type { Cutover } from '../../shared/contracts/cutover';
import type { StepName, StepResult, WorkOrder } from '../../shared/contracts/step';
import { TransferLimits, type TransferPhase } from '../../shared/contracts/transfer';
import type { FilesAsset } from '../../shared/contracts/workload';
import { createCutover } from '../../shared/ledger/cutovers';
import type { BlobTargets } from '../../shared/ports/blob-target';
import type { Journal } from '../../shared/ports/journal';
import type { Operation } from '../../shared/ports/store';
import {
  blobService,
  contentOf,
  filesAsset,
  memoryJournal,
  temporaryFolder,
  type BlobService,
} from './files-transfer';
import { LedgerUnderTest } from './ledger-under-test';
import { sampleWorkload } from './sample-plan';
import { ScriptedWorld, stepToEnd } from './stepped-durable';

const STAGE_OF = { initial: 'initial-copy', incremental: 'incremental-passes', final: 'final-pass' } as const;

/** One for all tests of a file, in which each has a container of its own. */
let service: Promise<BlobService> | null = null;
let containers = 0;
afterAll(async () => (await service)?.stop());

export class StepUnderTest {
  readonly journal: Journal = memoryJournal();
  readonly under = new LedgerUnderTest(offline);
  cutoverId = '';

  private constructor(
    readonly asset: FilesAsset,
    public blobs: BlobTargets,
    private readonly removeSource: () => Promise<void>,
  ) {}

  /** A cutover of one workload with one empty folder. */
  static async start(limits: Partial<TransferLimits> = {}): Promise<StepUnderTest> {
    const [{ blobs, addContainer }, source] = await Promise.all([
      (service ??= blobService()),
      temporaryFolder(),
    ]);
    const container = `files-${(containers += 1)}`;
    await addContainer(container);
    const more = { id: 'files', container, prefix: 'shop/', limits: TransferLimits.parse(limits) };
    const test = new StepUnderTest(filesAsset(source.path, more), blobs, () => source.remove());
    await test.under.putWave();
    const workload = sampleWorkload({ assets: [test.asset] });
    test.cutoverId = await createCutover(test.under.ledger, await test.under.wave(), workload);
    return test;
  }

  set beforeCommit(see: (operations: readonly Operation[]) => void) {
    this.under.beforeCommit = see;
  }

  get services(): Services {
    const { ledger } = this.under;
    const worker = inProcessWorker(() => this.services, steps);
    const settings = { backupContainer: this.asset.container };
    const { journal, blobs } = this;
    return { ledger, clock: ledger.clock, journal, blobs, worker, settings } as unknown as Services;
  }

  cutover(): Promise<Cutover> {
    return this.under.cutover(this.cutoverId);
  }

  /** What a step gets that is called by itself. */
  async context(step: StepName, input: WorkOrder['input']): Promise<StepContext> {
    const order: WorkOrder = {
      key: `${this.cutoverId}.${step}`,
      cutoverId: this.cutoverId,
      stage: 'files',
      step,
      input,
    };
    const claim = { epoch: 1, heartbeat: async () => true, interrupted: async () => false };
    return { services: this.services, cutover: await this.cutover(), order, claim };
  }

  /** A stage's order until it is no longer pending. */
  async perform(stage: string, attempt: number, step: StepName): Promise<StepResult> {
    for (;;) {
      const result = await performWork(this.services, orderFor(this.cutoverId, stage, attempt, step));
      if (result.kind !== 'pending') return result;
    }
  }

  /** A phase of the asset's transfer, as one try of its stage makes it. */
  transfer(phase: TransferPhase, attempt: number): Promise<TransferOutcome> {
    const { cutoverId, services } = this;
    const world = new ScriptedWorld({
      planPass: (input: never) => planPass(services, input),
      readParallelism: (input: never) => readParallelism(services, input),
      performWork: (input: never) => performWork(services, input),
    });
    const input = { cutoverId, stage: STAGE_OF[phase], attempt, phase, assetId: this.asset.id, resume: null };
    return stepToEnd(transfer, input, world);
  }

  /** What the target holds of the asset, as text. */
  async onTarget(): Promise<Record<string, string>> {
    const content = await contentOf(this.blobs.container(this.asset.container), this.asset.prefix);
    return Object.fromEntries([...content].map(([name, bytes]) => [name, String(bytes)]));
  }

  async stop(): Promise<void> {
    this.under.close();
    await this.removeSource();
  }
}
