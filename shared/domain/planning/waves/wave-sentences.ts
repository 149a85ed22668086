import { counted, quoted, told, type Facts, type Sentences } from '../reasons';

/** `wave 3`, `waves 3, 4 and 2 more`. */
const named = ({ waves }: Facts): string => `${/^\d+$/.test(told(waves)) ? 'wave' : 'waves'} ${told(waves)}`;

/** Why a wave holds what it does, and comes after which. */
export const waveSentences: Sentences = {
  'wave-shared-services': ({ services }) => `It holds shared services alone: ${told(services)}.`,
  'wave-non-production': () => 'It holds no production: what is learnt here costs no business.',
  'wave-non-critical': () =>
    'Its production is not critical: unless people place it, such goes before critical production.',
  'wave-low-priority': () =>
    'Production of low criticality: a few waves go first for practice, the rest does not take places before critical work.',
  'wave-critical': ({ criticality: most }) =>
    `Production up to ${told(most)}: unless people place it, such goes after what serves as practice.`,
  'wave-size': ({ workloads, servers, complexity, risk }) =>
    `${counted(Number(workloads), 'workload')} on ${counted(Number(servers), 'server')}, of complexity ${told(complexity)} and risk ${told(risk)} together.`,
  'wave-dependents': ({ dependencies }) =>
    `Workloads that depend on each other move together; dependencies within the wave: ${told(dependencies)}.`,
  'wave-after-services': (facts) => `It uses shared services that move in ${named(facts)}.`,
  'wave-after-environments': (facts) =>
    `Earlier environments of its applications move in ${named(facts)}, and have to be done before.`,
  'wave-rehearsed': (facts) =>
    `Before it starts, ${named(facts)} must have shown: configuration issues found and solved, a backup restored, ` +
    'and operations trained on what runs in Azure.',
  'wave-blocked': ({ blocked }) =>
    `Blocked by an open remediation: ${counted(Number(blocked), 'workload')}. This holds up the wave, and no critical work that does not need it.`,
  'wave-hybrid': ({ dependencies, weight }) =>
    `Dependencies on other waves that are bridged meanwhile: ${told(dependencies)}, of weight ${told(weight)} altogether.`,
  'wave-edited': ({ edit, why }) => `People asked for it (${told(edit)}): ${quoted(why)}`,
  'wave-kept': ({ kept, came }) =>
    `Workloads that stay where they were planned: ${told(kept)}; that came to it: ${told(came)}.`,
};
