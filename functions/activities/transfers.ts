import type { Activities } from '../../orchestrations/activities';
import type { Cutover } from '../../shared/contracts/cutover';
import type { Evidence, StatementRequest } from '../../shared/contracts/step';
import { postgresAssetsOf } from '../../shared/domain/assets';
import { readCutover } from '../../shared/ledger/cutovers';
import * as passes from '../../shared/ledger/passes';
import { staysBehind, type StaysBehind } from '../../shared/movers/files';
import type { Services } from '../services';
import { transferIdOf } from '../steps/files';

type Input<N extends keyof Activities> = Activities[N]['input'];

export const readParallelism = async (
  { ledger }: Services,
  { cutoverId, assetId }: Input<'readParallelism'>,
): Promise<{ parallelSlices: number }> => {
  const { body: cutover } = await readCutover(ledger, cutoverId);
  const { limits, databaseLimits } = cutover;
  return { parallelSlices: limits[assetId]?.parallelSlices ?? databaseLimits?.[assetId]?.copyWorkers ?? 1 };
};

export const planPass = async (
  services: Services,
  input: Input<'planPass'>,
): Promise<Activities['planPass']['output']> => {
  const { cutoverId, assetId, phase, attempt } = input;
  const database = await movedAtOnce(services, input);
  if (database) return database;
  const planned = await passes.planPass(services.ledger, cutoverId, assetId, phase, attempt);
  if (planned.kind === 'pass') return planned;
  const { body: cutover } = await readCutover(services.ledger, cutoverId);
  const made = (cutover.passes[assetId] ?? []).filter((pass) => pass.phase === phase);
  if (planned.kind === 'failed') return { ...planned, code: 'items-failed', facts: { ...made.at(-1) } };
  const copied = made.reduce((total, pass) => total + pass.copiedItems, 0);
  const rest = await restOf(services, cutover, assetId);
  const left = rest.items === 0 ? '' : `; ${rest.items} more items stay behind`;
  const summary = `${assetId}: ${made.length} ${phase} passes copied ${copied} items; ${planned.reason}${left}`;
  const facts: Evidence['facts'] = { passes: made.map((pass) => ({ ...pass })) };
  if (rest.items > 0)
    facts['staysBehind'] = { items: rest.items, first: rest.first.map((item) => ({ ...item })) };
  const evidence = { source: 'files-mover', summary, facts };
  return { kind: 'level', evidence, ...(rest.items > 0 && { statement: questionAbout(assetId, rest) }) };
};

/** A database that is moved offline is copied whole, once it is fenced. */
const movedAtOnce = async (
  { ledger }: Services,
  { cutoverId, assetId, phase }: Input<'planPass'>,
): Promise<Activities['planPass']['output'] | null> => {
  if (phase === 'final') return null;
  const { body: cutover } = await readCutover(ledger, cutoverId);
  if (!postgresAssetsOf(cutover.workload).some(({ id }) => id === assetId)) return null;
  const summary = `${assetId}: a database that is moved offline is copied once it is fenced`;
  return { kind: 'level', evidence: { source: 'postgres-mover', summary, facts: {} } };
};

/** What the newest pass could not move, without what people accepted at the end of an earlier stage. */
const restOf = async ({ journal }: Services, cutover: Cutover, assetId: string): Promise<StaysBehind> => {
  const passes = cutover.passes[assetId] ?? [];
  const last = passes.at(-1);
  if (last === undefined || last.unsupportedItems === 0) return { items: 0, first: [] };
  const settled = cutover.itinerary.stages.flatMap(({ name, work }) =>
    work.kind === 'transfer' && cutover.stages.some((stage) => stage.name === name && stage.status === 'done')
      ? [work.phase]
      : [],
  );
  const since = passes.findLast((pass) => settled.includes(pass.phase))?.pass ?? null;
  return staysBehind({ journal }, { transferId: transferIdOf(cutover.id, assetId), pass: last.pass, since });
};

const questionAbout = (assetId: string, { items, first }: StaysBehind): StatementRequest => {
  const shown = first.map(({ path, reason }) => `${path.slice(0, 80)} (${reason.slice(0, 80)})`);
  const more = items > first.length ? ', …' : '';
  return {
    question: `${items} items of ${assetId} cannot become blobs and stay behind: confirm that this is accepted, or reject it and make them files first. ${shown.join(', ')}${more}`,
    roles: ['owner', 'operator'],
  };
};
