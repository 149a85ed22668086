import { z } from 'zod';
import { Recorded } from '../cutover';
import { Sha256, Slug, StoredInstant, Text } from '../primitives';
import { PlanHead } from './plan';
import { PortfolioHead } from './portfolio';

/** A run of a list's items in the journal. The segment's name holds the hash of what it holds, so lists share equal pieces. */
export const ContentPiece = z.object({ segment: z.string().max(255), items: z.number().int().min(0) });
export type ContentPiece = z.infer<typeof ContentPiece>;

/** Where a list of a version lies in the journal. Versions whose lists are equal share one. */
export const ContentList = ContentPiece.extend({
  /** SHA-256 of its items' hashes, a line each; that of an item is over its canonical JSON. */
  hash: Sha256,
  /** The segment names the pieces that hold its items, in order; otherwise it holds them itself. */
  isInPieces: z.boolean().default(false),
});
export type ContentList = z.infer<typeof ContentList>;

/** One version whose content can still be read. */
export const KeptVersion = z.object({
  version: z.number().int().min(1),
  contentHash: Sha256,
  by: Text(200),
  at: StoredInstant,
  /** What was asked for, in words. */
  change: Text(1_000),
  lists: z.record(z.string(), ContentList),
});
export type KeptVersion = z.infer<typeof KeptVersion>;

/** The newest are kept; older ones are given up, but for versions of a portfolio that a kept version of a plan was made of. */
export const KEPT_VERSIONS = 20;

const Versions = z.array(KeptVersion).max(KEPT_VERSIONS);

/**
 * `editors`: everyone who imported or corrected it; none of them may approve a plan of it (R64). `versions` is from before they had
 * documents of their own: who opens the portfolio moves them. Partition `portfolio:<id>`.
 */
export const RecordedPortfolio = PortfolioHead.extend({
  ...Recorded.shape,
  editors: z.array(Text(200)),
  versions: Versions.optional(),
});
export type RecordedPortfolio = z.infer<typeof RecordedPortfolio>;

/** A version of a portfolio, in its partition. `plans`: the versions of plans that were made of it, or are being made. */
export const PortfolioVersion = KeptVersion.extend({
  plans: z.array(z.object({ planId: Slug, version: z.number().int().min(1) })),
});
export type PortfolioVersion = z.infer<typeof PortfolioVersion>;

/** `portfolioVersion`: what it was made of; unknown of those made before it was written down. */
export const KeptPlanVersion = KeptVersion.extend({ portfolioVersion: z.number().int().min(1).optional() });
export type KeptPlanVersion = z.infer<typeof KeptPlanVersion>;

/** `versions`: the newest, oldest first. Partition `plan:<id>`. */
export const RecordedPlan = PlanHead.extend({
  ...Recorded.shape,
  versions: z.array(KeptPlanVersion).max(KEPT_VERSIONS),
});
export type RecordedPlan = z.infer<typeof RecordedPlan>;
