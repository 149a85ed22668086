import type { Reason } from '../../contracts/planning/reason';
import { methodSentences } from './classify/choose-method';
import { pathSentences } from './classify/choose-path';
import { toolSentences } from './classify/choose-tool';
import { toleranceSentences } from './classify/downtime-tolerance';
import { feasibilitySentences } from './classify/online-feasibility';
import { ratingSentences } from './classify/rate-workload';
import { dateSentences } from './dates/date-sentences';
import { chanceSentences } from './lessons/failure-chances';
import { lessonSentences } from './lessons/learned-from';
import { prerequisiteSentences } from './readiness/find-prerequisites';
import { remediationSentences } from './readiness/find-remediations';
import { trackedSentences } from './readiness/tracked-remediations';
import type { Sentences } from './reasons';
import { sentences as waveSentences } from './waves/group-into-waves';

/** Every rule's sentence, by the name of the rule. */
export const SENTENCES: Sentences = {
  ...toleranceSentences,
  ...pathSentences,
  ...feasibilitySentences,
  ...methodSentences,
  ...toolSentences,
  ...ratingSentences,
  ...lessonSentences,
  ...chanceSentences,
  ...prerequisiteSentences,
  ...remediationSentences,
  ...trackedSentences,
  ...waveSentences,
  ...dateSentences,
};

/** A reason as a sentence, with its requirement. A rule of a later version, unknown here, is told by its name and facts. */
export function explain({ rule, requirement, facts }: Reason): string {
  const sentence = SENTENCES[rule]?.(facts) ?? `${rule}: ${JSON.stringify(facts)}`;
  return `${sentence} (${requirement})`;
}
