import { z } from 'zod';
import { Recorded } from '../cutover';
import { Sha256, StoredInstant, Text } from '../primitives';
import { PlanHead } from './plan';
import { PortfolioHead } from './portfolio';

/** Where a list of a version lies in the journal. Versions whose lists are equal share one. */
export const ContentList = z.object({
  segment: z.string().max(255),
  /** SHA-256 of its items' hashes, a line each; that of an item is over its canonical JSON. */
  hash: Sha256,
  items: z.number().int().min(0),
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

/** Older ones are given up, the newest are kept. */
export const KEPT_VERSIONS = 20;

/** A versioned head with its log, and its newest versions, oldest first. */
const kept = { ...Recorded.shape, versions: z.array(KeptVersion).max(KEPT_VERSIONS) };

/** `editors`: everyone who imported or corrected it; none of them may approve a plan of it (R64). Partition `portfolio:<id>`. */
export const RecordedPortfolio = PortfolioHead.extend({ ...kept, editors: z.array(Text(200)) });
export type RecordedPortfolio = z.infer<typeof RecordedPortfolio>;

/** Partition `plan:<id>`. */
export const RecordedPlan = PlanHead.extend(kept);
export type RecordedPlan = z.infer<typeof RecordedPlan>;
