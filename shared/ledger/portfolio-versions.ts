import { MigrationError, StaleWriteError } from '../contracts/errors';
import {
  KEPT_VERSIONS,
  type KeptPlanVersion,
  type PortfolioVersion,
  type RecordedPortfolio,
} from '../contracts/planning/records';
import { create, remove, replace, type Operation, type Stored } from '../ports/store';
import { untilFresh } from './content-ledger';
import { portfolioPartition, portfolioType, portfolioVersionType, sequenceId } from './documents';
import { listAll } from './find-all';
import type { Ledger } from './ledger';

type Where = Pick<Ledger, 'store'>;

/**
 * Versions that an older form of the head has in itself get documents of their own. `StaleWriteError` where somebody else has done
 * that.
 */
export const moveVersions = async ({ store }: Where, head: Stored<RecordedPortfolio>): Promise<void> => {
  const { versions = [], ...body } = head.body;
  const moved = versions.map((version) => addition({ ...version, plans: [] }));
  await store.commit(head.partition, [replace(portfolioType, head, body), ...moved]);
};

export const addition = (version: PortfolioVersion): Operation =>
  create(portfolioVersionType, sequenceId(version.version), version);

/** All that are kept, oldest first. `StaleWriteError` where there is a newer one than that head knows. */
export const portfolioVersions = async (
  { store }: Where,
  head: RecordedPortfolio,
): Promise<readonly Stored<PortfolioVersion>[]> => {
  const kept: Stored<PortfolioVersion>[] = [];
  for await (const stored of listAll(store, portfolioVersionType, portfolioPartition(head.id)))
    kept.push(stored);
  if (kept.at(-1)?.body.version === head.version) return kept;
  throw new StaleWriteError(`portfolio ${head.id} has changed since it was read`);
};

/** Throws `not-found` where it is kept no longer, or never was. */
export const portfolioVersion = async (
  { store }: Where,
  { id, version: newest }: RecordedPortfolio,
  version: number,
): Promise<PortfolioVersion> => {
  const stored = await store.read(portfolioVersionType, portfolioPartition(id), sequenceId(version));
  if (stored) return stored.body;
  throw new MigrationError(
    'not-found',
    `portfolio ${id} keeps no version ${version}: its newest is ${newest}`,
  );
};

/** Null where none that is kept has that content. */
export const portfolioVersionOf = async (
  { store }: Where,
  id: string,
  contentHash: string,
): Promise<PortfolioVersion | null> => {
  for await (const { body } of listAll(store, portfolioVersionType, portfolioPartition(id)))
    if (body.contentHash === contentHash) return body;
  return null;
};

/** What one commit gives up at most; the next goes on. */
const MOST_AT_ONCE = 50;

/** What makes room for one version more: the oldest, but for those that plans were made of. */
export const makingRoom = (versions: readonly Stored<PortfolioVersion>[]): Operation[] =>
  versions
    .slice(0, Math.max(0, versions.length + 1 - KEPT_VERSIONS))
    .filter(({ body }) => body.plans.length === 0)
    .slice(0, MOST_AT_ONCE)
    .map((stored) => remove(portfolioVersionType, stored));

/** The version of a plan that is about to be saved, with those that are kept, and what it is made of. */
export interface PlanInTheMaking {
  readonly planId: string;
  readonly version: number;
  readonly kept: readonly KeptPlanVersion[];
  readonly portfolioId: string;
  readonly portfolioVersion: number;
}

/**
 * Keeps the version of a portfolio that a plan is made of, from before the plan is saved and for as long as it is kept. Gives up
 * what the plan needs no more. `StaleWriteError` where that version of the portfolio is kept no longer.
 */
export const keepForPlan = async ({ store }: Where, plan: PlanInTheMaking): Promise<void> => {
  const partition = portfolioPartition(plan.portfolioId);
  const isKept = await untilFresh(async () => {
    const operations: Operation[] = [];
    let found = false;
    for await (const stored of listAll(store, portfolioVersionType, partition)) {
      const { body } = stored;
      found ||= body.version === plan.portfolioVersion;
      const plans = plansOf(body, plan);
      if (plans.length !== body.plans.length || plans.some((each, at) => each !== body.plans[at]))
        operations.push(replace(portfolioVersionType, stored, { ...body, plans }));
    }
    if (operations.length > 0) await store.commit(partition, operations);
    return found;
  });
  if (isKept) return;
  const which = `version ${plan.portfolioVersion} of portfolio ${plan.portfolioId}`;
  throw new StaleWriteError(`${which} is kept no longer: plan again`);
};

/** A version of the plan that is not older than the one to be saved may be under way elsewhere; older ones say what they are of. */
const plansOf = ({ version, plans }: PortfolioVersion, plan: PlanInTheMaking): PortfolioVersion['plans'] => {
  const madeOf = new Map(plan.kept.map((kept) => [kept.version, kept.portfolioVersion]));
  const own = { planId: plan.planId, version: plan.version };
  const others = plans.filter(
    (each) =>
      each.planId !== own.planId || each.version >= own.version || madeOf.get(each.version) === version,
  );
  const isThere = others.some((each) => each.planId === own.planId && each.version === own.version);
  return version === plan.portfolioVersion && !isThere ? [...others, own] : others;
};
