import type { ListenerContext, LoadedFunction } from '../../function-app';
import type { EntityRow } from '../../storage/entity-store';
import { messageOf } from '../failures';
import { payloadProblem } from '../payload-limit';
import { entityName } from './entity-id';
import type { OperationMessage } from './entity-message';

/** What became of an operation. `result` is JSON text, of whatever it threw where it failed. */
export interface OperationResult {
  readonly isError: boolean;
  readonly result?: string;
}

export interface EntitySignal {
  readonly target: { readonly name: string; readonly key: string };
  readonly name: string;
  /** JSON text, or empty. */
  readonly input: string;
}

export interface EntityOutcome {
  readonly entityExists: boolean;
  readonly entityState?: string;
  readonly results: readonly OperationResult[];
  readonly signals: readonly EntitySignal[];
}

export interface EntityBatch {
  readonly id: string;
  readonly entity: LoadedFunction | undefined;
  /** Undefined where the entity does not exist. */
  readonly row: EntityRow | undefined;
  readonly operations: readonly OperationMessage[];
  readonly log: ListenerContext['log'];
}

/**
 * Runs a batch of operations. Never rejects: where the function itself could not run, every operation has failed and the
 * state is as before. One operation that fails takes back nothing, neither its state nor its signals, as on Azure.
 */
export const runEntity = async (batch: EntityBatch): Promise<EntityOutcome> => {
  const { id, entity, row, operations, log } = batch;
  try {
    if (entity === undefined) throw new Error(`Entity function of '${id}' is no longer registered`);
    const { returnValue } = await entity.invoke({ triggerData: triggerData(batch) });
    const outcome = returnValue as EntityOutcome;
    const problem = payloadProblem(`The state of entity '${id}'`, outcome.entityState ?? '');
    if (problem !== null) throw new Error(problem);
    const results = operations.map((_, index) => checked(id, outcome.results[index]));
    results.forEach(({ isError, result }, index) => {
      if (isError) log('warn', `Entity '${id}' failed`, { operation: operations[index]?.operation, result });
    });
    return { ...outcome, results };
  } catch (error) {
    log('warn', `Entity '${id}' failed`, { operations: operations.length, error });
    const failed = { isError: true, result: JSON.stringify(messageOf(error)) };
    return {
      entityExists: row !== undefined,
      ...(row?.state == null ? {} : { entityState: row.state }),
      results: operations.map(() => failed),
      signals: [],
    };
  }
};

const triggerData = ({ id, row, operations }: EntityBatch): Record<string, unknown> => ({
  self: entityName(id),
  exists: row !== undefined,
  state: row?.state ?? null,
  batch: operations.map(({ id: requestId, operation, input, isSignal }) => ({
    id: requestId,
    name: operation,
    input,
    isSignal,
  })),
});

const checked = (id: string, result: OperationResult | undefined): OperationResult => {
  const problem = payloadProblem(`The result of entity '${id}'`, result?.result ?? '');
  if (problem !== null) return { isError: true, result: JSON.stringify(problem) };
  return result ?? { isError: true, result: JSON.stringify(`Entity '${id}' gave no result`) };
};
