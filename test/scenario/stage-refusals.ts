import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Choice, Gate } from '../../shared/contracts/gate';
import type { Instead } from '../support/http-relay';
import type { TestWorkload, TestWorkloadOptions, WorkloadTouch } from '../support/test-workload';

/** One stage that finds something wrong, what people answer, and how it ends. */
export interface Refusal {
  readonly id: string;
  readonly title: string;
  readonly stage: string;
  readonly code: string;
  /** Part of the reason that people read. */
  readonly reason: RegExp;
  readonly options?: Partial<TestWorkloadOptions>;
  /** Before the wave begins. */
  arrange?(workload: TestWorkload): Promise<void> | void;
  /** Between Causeway and the workload while it is wrong. `count` numbers what matched the same kind, operation and side, from 1. */
  stepIn?(
    touch: WorkloadTouch,
    count: number,
    workload: TestWorkload,
  ): Promise<Instead | undefined> | Instead | undefined;
  /** At a gate that is answered otherwise than by agreeing. */
  atGate?(gate: Gate, workload: TestWorkload): Promise<Choice | undefined> | Choice | undefined;
  /** Puts right what was wrong, before the answer. */
  cure?(workload: TestWorkload): Promise<void> | void;
  readonly answer: 'retry' | 'cancel' | 'rollback' | 'skip';
  readonly end: 'completed' | 'cancelled' | 'rolled-back';
}

const isHook = (touch: WorkloadTouch, operation: string, side: 'source' | 'target'): boolean =>
  touch.kind === 'hook' && touch.operation === operation && touch.side === side;

const saying = (changes: Record<string, unknown>): Instead => ({
  kind: 'edit',
  edit: (reply) => ({ ...reply, ...changes }),
});

/** The application is asked how it is instead of doing what it was told. */
const doesNothing: Instead = { kind: 'path', path: '/hooks/status' };

const upload = async (workload: TestWorkload, path: string, content: string): Promise<void> => {
  await workload.container.getBlockBlobClient(path).upload(content, Buffer.byteLength(content));
};

const lastFile = (workload: TestWorkload): string => workload.files.at(-1)?.path ?? '';
const firstFile = (workload: TestWorkload): string => workload.files[0]?.path ?? '';

/** Workloads whose success people are being told: only stabilising comes after. */
const announced = new Set<string>();

export const REFUSALS: readonly Refusal[] = [
  {
    id: 'unready',
    title: 'R1 R2 R9 nothing begins while a prerequisite is not recorded as met',
    stage: 'readiness',
    code: 'not-ready',
    reason: /not recorded as met: landing-zone/,
    options: { plan: { readiness: [{ key: 'adoption-plan', met: true, note: 'Seen' }] } },
    answer: 'cancel',
    end: 'cancelled',
  },
  {
    id: 'rootless',
    title: 'R9 nothing begins while the data cannot be reached; it does once it can',
    stage: 'readiness',
    code: 'source-unreachable',
    reason: /no folder this worker can read/,
    arrange: ({ root }) => renameSync(root, `${root}.away`),
    cure: ({ root }) => renameSync(`${root}.away`, root),
    answer: 'retry',
    end: 'completed',
  },
  {
    id: 'untold',
    title: 'R83 nothing goes on where people were not told',
    stage: 'notify',
    code: 'rejected',
    reason: /says reject/,
    atGate: (gate) => (gate.stage === 'notify' ? 'reject' : undefined),
    answer: 'cancel',
    end: 'cancelled',
  },
  {
    id: 'unattended',
    title: 'R84 R85 nothing goes on where support does not stand by',
    stage: 'standby',
    code: 'rejected',
    reason: /says reject/,
    atGate: (gate) => (gate.stage === 'standby' ? 'reject' : undefined),
    answer: 'cancel',
    end: 'cancelled',
  },
  {
    id: 'unfrozen',
    title: 'R86 R87 nothing goes on where the source cannot be frozen',
    stage: 'freeze',
    code: 'hook-declined',
    reason: /a release is under way/,
    stepIn: (touch) =>
      isHook(touch, 'freeze', 'source') ? saying({ ok: false, detail: 'a release is under way' }) : undefined,
    answer: 'cancel',
    end: 'cancelled',
  },
  {
    id: 'stranger',
    title: "R92 R127 nothing is copied to where a stranger's blob lies, which stays as it is",
    stage: 'verify-target',
    code: 'target-not-ready',
    reason: /holds blobs that this cutover did not write \(strange\.txt\)/,
    arrange: (workload) => upload(workload, 'strange.txt', 'mine'),
    cure: async (workload) => {
      const blob = workload.container.getBlobClient('strange.txt');
      if ((await blob.downloadToBuffer()).toString() !== 'mine') throw new Error('somebody wrote to it');
      await blob.delete();
    },
    answer: 'retry',
    end: 'completed',
  },
  {
    id: 'missing-target',
    title: 'R92 R93 R94 nothing is copied while the container is not there',
    stage: 'readiness',
    code: 'target-not-ready',
    reason: /missing-target is not there: az storage container create/,
    arrange: async ({ container }) => void (await container.delete()),
    cure: async ({ container }) => void (await container.create()),
    answer: 'retry',
    end: 'completed',
  },
  {
    id: 'still-open',
    title: 'R96 R97 refuses to go on while the source still takes writes',
    stage: 'stop-source',
    code: 'not-idle',
    reason: /still serves or takes writes/,
    stepIn: (touch) => (isHook(touch, 'stop', 'source') ? doesNothing : undefined),
    answer: 'cancel',
    end: 'cancelled',
  },
  {
    id: 'unsaved',
    title: 'R98 R99 refuses to go on without a backup',
    stage: 'backup',
    code: 'step-error',
    reason: /./,
    stepIn: (touch) =>
      touch.kind === 'blob' && touch.path.includes('causeway-backups')
        ? { kind: 'answer', status: 403, body: '' }
        : undefined,
    answer: 'cancel',
    end: 'cancelled',
  },
  {
    id: 'overwritten',
    title:
      'R111 R126 R127 leaves a blob alone that somebody else changed, and does not call the final pass done',
    stage: 'final-pass',
    code: 'items-failed',
    reason: /1 items could not be copied/,
    atGate: async (gate, workload) => {
      if (gate.stage !== 'go-no-go') return undefined;
      writeFileSync(join(workload.root, lastFile(workload)), 'a last-minute change');
      await upload(workload, lastFile(workload), 'a change by a stranger');
      return undefined;
    },
    cure: async (workload) => {
      const blob = workload.container.getBlobClient(lastFile(workload));
      if ((await blob.downloadToBuffer()).toString() !== 'a change by a stranger')
        throw new Error('the stranger was overwritten');
      await blob.delete();
    },
    answer: 'retry',
    end: 'completed',
  },
  {
    id: 'unimported',
    title: 'R103 refuses to go on where the target cannot import what was copied',
    stage: 'restore',
    code: 'hook-declined',
    reason: /the import tool is missing/,
    options: { plan: { restore: true } },
    stepIn: (touch) =>
      isHook(touch, 'restore', 'target')
        ? saying({ ok: false, detail: 'the import tool is missing' })
        : undefined,
    answer: 'retry',
    end: 'completed',
  },
  {
    id: 'differing',
    title: 'R102 R126 R139 refuses to go on where an item differs from its source, and names it',
    stage: 'verify-items',
    code: 'items-differ',
    reason: /1 items of files differ/,
    options: { plan: { restore: true } },
    stepIn: async (touch, _, workload) => {
      if (isHook(touch, 'restore', 'target')) await upload(workload, lastFile(workload), 'tampered with');
      return undefined;
    },
    answer: 'cancel',
    end: 'cancelled',
  },
  {
    id: 'unhealthy',
    title: 'R105 refuses to go on where the target is not healthy after its start',
    stage: 'start-target',
    code: 'target-unhealthy',
    reason: /not healthy/,
    stepIn: async (touch, count, workload) => {
      if (isHook(touch, 'start', 'target') && count === 1)
        await workload.container.getBlobClient(firstFile(workload)).delete();
      return undefined;
    },
    answer: 'cancel',
    end: 'cancelled',
  },
  {
    id: 'writable-early',
    title: 'R110 R127 refuses a target that takes writes before users come',
    stage: 'start-target',
    code: 'target-writable',
    reason: /takes writes before traffic has moved/,
    stepIn: (touch) => (isHook(touch, 'start', 'target') ? saying({ writable: true }) : undefined),
    answer: 'cancel',
    end: 'cancelled',
  },
  {
    id: 'unaccepted',
    title: 'R104 R106 refuses to go on where an acceptance check fails, and goes on once it passes',
    stage: 'validate',
    code: 'checks-failed',
    reason: /Reads folder-0\/file-00\.txt/,
    stepIn: (touch) => (touch.kind === 'probe' ? { kind: 'answer', status: 500, body: '{}' } : undefined),
    answer: 'retry',
    end: 'completed',
  },
  {
    id: 'untested',
    title: 'R106 R114 refuses to go on where a person finds a fault',
    stage: 'manual-checks',
    code: 'rejected',
    reason: /says reject/,
    options: { plan: { manualChecks: ['Search for an article'] } },
    atGate: (gate) => (gate.stage === 'manual-checks' && gate.gate === 'statement' ? 'reject' : undefined),
    answer: 'cancel',
    end: 'cancelled',
  },
  {
    id: 'sickening',
    title: 'R134 refuses to send users to a target that has become unhealthy',
    stage: 'services-healthy',
    code: 'target-unhealthy',
    reason: /out of memory/,
    // Starting the target takes three looks; the next is right before users come.
    stepIn: (touch, count) =>
      isHook(touch, 'health', 'target') && count > 3
        ? saying({ healthy: false, detail: 'out of memory' })
        : undefined,
    answer: 'retry',
    end: 'completed',
  },
  {
    id: 'unswitched',
    title: 'R135 R147 asks for a decision where users still reach the source, and goes back',
    stage: 'redirect',
    code: 'not-switched',
    reason: /users still reach the source/,
    stepIn: (touch) => (isHook(touch, 'switch', 'target') ? doesNothing : undefined),
    answer: 'rollback',
    end: 'rolled-back',
  },
  {
    id: 'unsigned',
    title: 'R137 R138 R144 announces nothing without sign-off, and goes back',
    stage: 'sign-off',
    code: 'rejected',
    reason: /says reject/,
    atGate: (gate) => (gate.gate === 'sign-off' ? 'reject' : undefined),
    answer: 'rollback',
    end: 'rolled-back',
  },
  {
    id: 'reopened',
    title: 'R145 R146 asks for a decision where the source takes writes while it is kept as fallback',
    stage: 'stabilise',
    code: 'not-stable',
    reason: /takes writes while users are on the target/,
    atGate: (gate, workload) => {
      if (gate.stage === 'announce') announced.add(workload.id);
      return undefined;
    },
    stepIn: (touch, _, workload) =>
      isHook(touch, 'status', 'source') && announced.has(workload.id)
        ? saying({ writable: true })
        : undefined,
    answer: 'retry',
    end: 'completed',
  },
];
