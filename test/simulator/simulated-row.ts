import type { Engine } from '../../host/engine/engine';
import type { InstanceRow } from '../../host/storage/engine-store';
import type { ProgramInput } from './program';
import type { Ended, SimulatedInstance } from './simulated-instance';

export const inputOf = ({ input }: InstanceRow): ProgramInput => JSON.parse(input) as ProgramInput;

/** The row of the instance itself, not of one before or after it that has its id. */
export const rowOf = (
  engine: Engine,
  { id, path }: Pick<SimulatedInstance, 'id' | 'path'>,
): InstanceRow | undefined => {
  const row = engine.find(id);
  return row !== undefined && inputOf(row).path === path ? row : undefined;
};

export const endOf = ({ status, output, customStatus }: InstanceRow): Ended => ({
  status,
  output: parsed(output),
  customStatus: parsed(customStatus),
});

const parsed = (text: string | null): unknown => (text === null ? null : (JSON.parse(text) as unknown));
