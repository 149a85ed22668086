import type { TrafficLadder } from '../../../shared/contracts/records';
import { cutoverPartition, trafficLadderType } from '../../../shared/ledger/documents';
import { create, replace, type Stored } from '../../../shared/ports/store';
import type { TrafficReading } from '../../../shared/ports/traffic-switch';
import type { StepContext } from '../step';

const ID = 'traffic';

/** A cutover has one ladder, whatever stage touches it and however often. Null before the first. */
export const readLadder = ({ services, cutover }: StepContext): Promise<Stored<TrafficLadder> | null> =>
  services.ledger.store.read(trafficLadderType, cutoverPartition(cutover.id), ID);

/** Throws `StaleWriteError` where another run of the step was quicker: the next try sees what it did. */
export const saveLadder = async (
  context: StepContext,
  stored: Stored<TrafficLadder>,
  change: Partial<TrafficLadder>,
): Promise<Stored<TrafficLadder>> => {
  const partition = cutoverPartition(context.cutover.id);
  const { store } = context.services.ledger;
  await store.commit(partition, [replace(trafficLadderType, stored, { ...stored.body, ...change })]);
  return mustRead(context);
};

/** Keeps what is in force before anything is written. */
export const beginLadder = async (
  context: StepContext,
  reading: TrafficReading,
): Promise<Stored<TrafficLadder>> => {
  const { weights, ttlSeconds } = reading;
  const parts = valuesOf(reading);
  const ladder: TrafficLadder = {
    id: ID,
    beganAt: context.services.clock.now().toISOString(),
    prior: { weights, ttlSeconds, parts },
    standing: parts,
    intended: null,
    rung: 0,
    weights,
    ttlSeconds,
    staleUntil: null,
    reachedAt: null,
    samples: [],
    broken: null,
  };
  const { store } = context.services.ledger;
  await store.commit(cutoverPartition(context.cutover.id), [create(trafficLadderType, ID, ladder)]);
  return mustRead(context);
};

const mustRead = async (context: StepContext): Promise<Stored<TrafficLadder>> => {
  const stored = await readLadder(context);
  if (!stored) throw new Error('a ladder that was just stored is gone');
  return stored;
};

export const valuesOf = ({ parts }: TrafficReading): TrafficLadder['standing'] =>
  Object.fromEntries(Object.entries(parts).map(([name, { value }]) => [name, value]));
