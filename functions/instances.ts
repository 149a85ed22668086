import type { DurableClient } from 'durable-functions';
import { OrchestrationRuntimeStatus } from 'durable-functions';
import type { EnvironmentRound } from '../orchestrations/activities';
import type { CutoverInput } from '../orchestrations/cutover';
import { postgresAssetsOf, runbookAssetsOf } from '../shared/domain/assets';
import { readCutover } from '../shared/ledger/cutovers';
import { readEnvironment } from '../shared/ledger/environments';
import type { Ledger } from '../shared/ledger/ledger';

/** Orchestration instances by what they run: their ids are derived, so nobody has to remember them. */
export interface Instances {
  /** Runs the wave; no-op where it runs or has ended. */
  startWave(waveId: string): Promise<void>;
  /** Runs the cutover; no-op where it runs. One that broke off is started again: what it did is in the store. */
  startCutover(cutoverId: string): Promise<void>;
  /** Runs the action that was asked for last; no-op where it runs or has ended. */
  startEnvironment(environmentId: string): Promise<void>;
  /** Wakes whatever runs for the subject, `wave:<id>`, `cutover:<id>` or `environment:<id>`. Harmless where nothing does. */
  wake(subject: string): Promise<void>;
}

const RUNNING: ReadonlySet<OrchestrationRuntimeStatus> = new Set([
  OrchestrationRuntimeStatus.Running,
  OrchestrationRuntimeStatus.Pending,
  OrchestrationRuntimeStatus.Suspended,
  OrchestrationRuntimeStatus.ContinuedAsNew,
]);

/** The orchestration of each action. */
const ACTIONS = { provision: 'provision', inspect: 'inspection', remove: 'removal' } as const;

const environmentInstance = ({ id, round }: { readonly id: string; readonly round: number }): string =>
  `environment-${id}-${round}`;

const instancesFor = async (ledger: Ledger, kind: string, id: string): Promise<readonly string[]> => {
  if (kind === 'environment') return [environmentInstance((await readEnvironment(ledger, id)).body)];
  return kind === 'wave' ? [`wave-${id}`] : [`cutover-${id}`, `rollback-${id}`];
};

export const instancesOf = (ledger: Ledger, client: DurableClient): Instances => {
  const statusOf = async (instanceId: string): Promise<OrchestrationRuntimeStatus | null> => {
    try {
      return (await client.getStatus(instanceId)).runtimeStatus;
    } catch (error) {
      // The SDK reports an unknown instance as an error without a code; any other trouble must not look like one.
      if (error instanceof Error && error.message.includes('HTTP 404')) return null;
      throw error;
    }
  };
  const ensure = async (name: string, instanceId: string, input: unknown): Promise<void> => {
    const isThere = async (): Promise<boolean> => {
      const status = await statusOf(instanceId);
      return status !== null && (RUNNING.has(status) || status === OrchestrationRuntimeStatus.Completed);
    };
    if (await isThere()) return;
    try {
      await client.startNew(name, { instanceId, input });
    } catch (error) {
      // Somebody else started it in between: an id runs once.
      if (!(await isThere())) throw error;
    }
  };
  return {
    startWave: (waveId) => ensure('wave', `wave-${waveId}`, { waveId }),
    startCutover: async (cutoverId) => {
      const { body: cutover } = await readCutover(ledger, cutoverId);
      if (cutover.endedAt !== null) return;
      const input: CutoverInput = {
        cutoverId,
        assetIds: cutover.workload.assets.map((asset) => asset.id),
        runbookIds: runbookAssetsOf(cutover.workload).map((asset) => asset.id),
        ...(cutover.workload.method === 'online' && {
          followedIds: postgresAssetsOf(cutover.workload).map((asset) => asset.id),
        }),
        itinerary: cutover.itinerary,
        position: 0,
      };
      await ensure('cutover', `cutover-${cutoverId}`, input);
    },
    startEnvironment: async (environmentId) => {
      const { body } = await readEnvironment(ledger, environmentId);
      if (!body.active) return;
      const input: EnvironmentRound = { environmentId, round: body.round };
      await ensure(ACTIONS[body.action], environmentInstance(body), input);
    },
    wake: async (subject) => {
      const [kind, id] = subject.split(':', 2) as [string, string];
      const targets = await instancesFor(ledger, kind, id);
      for (const instanceId of targets) {
        const status = await statusOf(instanceId);
        if (status !== null && RUNNING.has(status)) await client.raiseEvent(instanceId, 'wake', { subject });
      }
    },
  };
};
