import { MigrationError } from '../../shared/contracts/errors';
import type { Document } from '../../shared/domain/planning/documents/document';
import type { PlanDocumentInput } from '../../shared/domain/planning/documents/plan-document';
import { waveDocument } from '../../shared/domain/planning/documents/wave-document';
import type { ContentLedger } from '../../shared/ledger/content-ledger';
import { planContentOf, readPlan } from '../../shared/ledger/plans';
import { portfolioVersionOf } from '../../shared/ledger/portfolio-versions';
import { portfolioContent, readPortfolio } from '../../shared/ledger/portfolios';
import { keptVersion } from '../../shared/ledger/versioned-content';
import type { Ledger } from '../../shared/ledger/ledger';

type Where = { readonly ledger: Ledger } & Pick<ContentLedger, 'journal'>;

/** A version of a plan, the newest where none is named. What was approved or confirmed is so of the newest alone. */
export async function openPlan(
  { ledger, journal }: Where,
  id: string,
  version?: number,
): Promise<Omit<PlanDocumentInput, 'portfolio'>> {
  const { body: newest } = await readPlan(ledger, id);
  const kept = keptVersion(newest, version ?? newest.version);
  const content = await planContentOf({ journal }, newest, kept.version);
  if (kept.version === newest.version) return { head: newest, content };
  const { contentHash, at, by } = kept;
  const head = {
    ...newest,
    version: kept.version,
    contentHash,
    changedAt: at,
    changedBy: by,
    approval: null,
    confirmations: [],
  };
  return { head, content };
}

/** The same with the portfolio it was made of. */
export async function openPlanWithPortfolio(
  where: Where,
  id: string,
  version?: number,
): Promise<PlanDocumentInput> {
  const { head, content } = await openPlan(where, id, version);
  const contents = { ...where.ledger, journal: where.journal };
  const { body: portfolio } = await readPortfolio(contents, head.portfolioId);
  const made = await portfolioVersionOf(contents, portfolio.id, content.portfolioHash);
  if (made === null)
    throw new MigrationError(
      'not-found',
      `the portfolio that version ${head.version} of plan ${id} was made of is not kept any more: replan`,
    );
  return { head, content, portfolio: await portfolioContent(contents, portfolio, made.version) };
}

/** The sheet of a wave. Throws `not-found`. */
export async function sheetOfWave(
  where: Where,
  id: string,
  number: number,
  version?: number,
): Promise<Document> {
  const { head, content, portfolio } = await openPlanWithPortfolio(where, id, version);
  const wave = content.waves.find((each) => each.number === number);
  if (wave === undefined) throw new MigrationError('not-found', `plan ${id} has no wave ${number}`);
  const wanted = new Set(wave.workloadIds);
  const workloads = new Map(
    portfolio.workloads.filter((each) => wanted.has(each.id)).map((each) => [each.id, each]),
  );
  const classifications = new Map(
    content.classifications
      .filter((each) => wanted.has(each.workloadId))
      .map((each) => [each.workloadId, each]),
  );
  const members = wave.workloadIds.flatMap((workloadId) => {
    const [workload, classification] = [workloads.get(workloadId), classifications.get(workloadId)];
    return workload === undefined || classification === undefined ? [] : [{ workload, classification }];
  });
  const cuts = content.cuts.filter(({ fromWave, toWave }) => fromWave === number || toWave === number);
  return waveDocument({ head, settings: content.settings, wave, members, cuts });
}
