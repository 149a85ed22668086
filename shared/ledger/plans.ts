import { z } from 'zod';
import { MigrationError } from '../contracts/errors';
import { Classification } from '../contracts/planning/classification';
import { PlanEdit } from '../contracts/planning/edit';
import {
  CutDependency,
  PlannedWave,
  PlanProblem,
  SharedService,
  type PlanContent,
} from '../contracts/planning/plan';
import type { KeptPlanVersion, RecordedPlan } from '../contracts/planning/records';
import { PlanSettings } from '../contracts/planning/settings';
import { Sha256, Slug } from '../contracts/primitives';
import type { Principal } from '../contracts/principal';
import { emptyLog } from '../domain/log-chain';
import { sameWaves } from '../domain/planning/differences/same-waves';
import type { Stored } from '../ports/store';
import { commitHead, type ContentLedger } from './content-ledger';
import { planPartition, planType } from './documents';
import { nowIso, type Ledger } from './ledger';
import { readContentList } from './content-lists';
import { keepForPlan } from './portfolio-versions';
import { keptVersion, withVersion, writeContent } from './versioned-content';

const Basis = z.object({ settings: PlanSettings, portfolioHash: Sha256 });
const Excluded = z.object({ workloadId: Slug, reason: z.string() });

const SCHEMAS = {
  basis: Basis,
  edits: PlanEdit,
  classifications: Classification,
  waves: PlannedWave,
  cuts: CutDependency,
  excluded: Excluded,
  sharedServices: SharedService,
  problems: PlanProblem,
};

export const findPlan = (ledger: Pick<Ledger, 'store'>, id: string): Promise<Stored<RecordedPlan> | null> =>
  ledger.store.read(planType, planPartition(id), id);

/** Throws `not-found`. */
export const readPlan = async (ledger: Pick<Ledger, 'store'>, id: string): Promise<Stored<RecordedPlan>> => {
  const stored = await findPlan(ledger, id);
  if (!stored) throw new MigrationError('not-found', `there is no plan ${id}`);
  return stored;
};

/** A version's content, the newest where none is named. `not-found` where it is kept no longer. */
export const planContentOf = async (
  { journal }: Pick<ContentLedger, 'journal'>,
  head: RecordedPlan,
  version: number = head.version,
): Promise<PlanContent> => {
  const kept = keptVersion(head, version);
  const list = <T>(name: string, schema: z.ZodType<T>): Promise<readonly T[]> =>
    readContentList(journal, planPartition(head.id), kept, name, schema);
  const [basis] = await list('basis', SCHEMAS.basis);
  if (basis === undefined) throw new MigrationError('internal', `plan ${head.id} has no basis`);
  return {
    ...basis,
    edits: await list('edits', SCHEMAS.edits),
    classifications: await list('classifications', SCHEMAS.classifications),
    waves: await list('waves', SCHEMAS.waves),
    cuts: await list('cuts', SCHEMAS.cuts),
    excluded: await list('excluded', SCHEMAS.excluded),
    sharedServices: await list('sharedServices', SCHEMAS.sharedServices),
    problems: await list('problems', SCHEMAS.problems),
  };
};

export interface PlanVersion {
  readonly name: string;
  readonly portfolioId: string;
  readonly portfolioVersion: number;
  readonly content: PlanContent;
  /** What was asked for, in words. */
  readonly change: string;
}

/**
 * The next version of a plan; its author is one of its editors from now on. What is as it was makes no version. Other content voids
 * the approval (R46 R63), and the confirmations of waves that are no longer the same (R62). `previous` is the content of `head`.
 * `StaleWriteError` where the plan has changed since `head` was read.
 */
export const savePlan = async (
  ledger: ContentLedger,
  principal: Pick<Principal, 'name'>,
  id: string,
  head: Stored<RecordedPlan> | null,
  previous: PlanContent | null,
  { content, change, ...rest }: PlanVersion,
): Promise<Stored<RecordedPlan>> => {
  const partition = planPartition(id);
  const before = head?.body ?? null;
  const { settings, portfolioHash, ...lists } = content;
  const basis = [{ settings, portfolioHash }];
  const kept = { version: before?.version ?? 0, versions: before?.versions ?? [] };
  const written = await writeContent(ledger.journal, partition, kept, { basis, ...lists }, SCHEMAS);
  const isSame = before?.contentHash === written.contentHash;
  if (head !== null && isSame && head.body.name === rest.name) return head;
  const [by, at] = [principal.name, nowIso(ledger)];
  const version = kept.version + 1;
  const { portfolioId, portfolioVersion } = rest;
  await keepForPlan(ledger, { planId: id, version, kept: kept.versions, portfolioId, portfolioVersion });
  const added: KeptPlanVersion = {
    version,
    by,
    at,
    change: change.slice(0, 1_000),
    portfolioVersion,
    ...written,
  };
  const body: RecordedPlan = {
    id,
    ...rest,
    version,
    contentHash: written.contentHash,
    waves: content.waves.length,
    workloads: content.waves.reduce((sum, { workloadIds }) => sum + workloadIds.length, 0),
    errors: content.problems.filter(({ severity }) => severity === 'error').length,
    editors: [...new Set([...(before?.editors ?? []), by])],
    approval: isSame ? (before?.approval ?? null) : null,
    confirmations: before === null ? [] : carriedOver(before, previous?.waves ?? [], content.waves),
    started: before?.started ?? {},
    changedBy: by,
    changedAt: at,
    log: before?.log ?? emptyLog(partition),
    eventSequence: before?.eventSequence ?? 0,
    versions: withVersion(kept.versions, added),
  };
  await commitHead(ledger, planType, partition, head, {
    body,
    log: [
      {
        kind: 'plan.changed',
        actor: by,
        summary: `Version ${version} of plan ${id}: ${change}`.slice(0, 4_000),
        facts: factsOf(body),
      },
    ],
    events: [{ type: 'plan.changed', data: { planId: id, by, ...factsOf(body) } }],
  });
  return readPlan(ledger, id);
};

const factsOf = ({
  version,
  contentHash,
  portfolioVersion,
  waves,
  workloads,
  errors,
  approval,
}: RecordedPlan) => ({
  ...{ version, contentHash, portfolioVersion, waves, workloads, errors },
  isApproved: approval !== null,
});

/** Who confirmed a wave confirmed its workloads and window; where both are as they were, they still do. */
const carriedOver = (
  { confirmations }: RecordedPlan,
  before: readonly PlannedWave[],
  after: readonly PlannedWave[],
): RecordedPlan['confirmations'] => {
  const same = sameWaves(before, after);
  const of = (waves: readonly PlannedWave[], number: number) => {
    const wave = waves.find((each) => each.number === number);
    return wave && JSON.stringify([[...wave.workloadIds].sort(), wave.dates?.window]);
  };
  return confirmations.flatMap((given) => {
    const wave = same.get(given.wave);
    if (wave === undefined || of(before, given.wave) !== of(after, wave)) return [];
    return [{ ...given, wave }];
  });
};
