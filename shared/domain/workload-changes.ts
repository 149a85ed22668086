import { WorkloadInput, type ReadinessItem } from '../contracts/workload';
import type { z } from 'zod';
import { canonicalJson } from './canonical-json';

type Readiness = z.infer<typeof ReadinessItem>;

const SHOWN_CHARACTERS = 100;

const asText = (value: unknown): string =>
  value === undefined ? 'absent' : canonicalJson(JSON.parse(JSON.stringify(value)));

/** Values where they are short; of the rest only that they changed. */
const fieldChange = (name: string, before: unknown, after: unknown): string => {
  const [was, is] = [asText(before), asText(after)];
  return was.length + is.length <= SHOWN_CHARACTERS ? `${name}: ${was} → ${is}` : `${name} changed`;
};

const itemInWords = (item: Readiness | undefined): string =>
  item === undefined
    ? 'not recorded'
    : `${item.met ? 'met' : 'not met'} (${item.note})`.slice(0, SHOWN_CHARACTERS);

const readinessChanges = (before: readonly Readiness[], after: readonly Readiness[]): string[] =>
  [...new Set([...before, ...after].map(({ key }) => key))].flatMap((key) => {
    const was = before.find((item) => item.key === key);
    const is = after.find((item) => item.key === key);
    return asText(was) === asText(is) ? [] : [`readiness ${key}: ${itemInWords(was)} → ${itemInWords(is)}`];
  });

/** What is different in a workload's description, in words, a line for each field and each prerequisite. */
export const workloadChanges = (before: WorkloadInput, after: WorkloadInput): string[] => [
  ...(Object.keys(WorkloadInput.shape) as (keyof WorkloadInput)[])
    .filter((name) => name !== 'readiness' && asText(before[name]) !== asText(after[name]))
    .map((name) => fieldChange(name, before[name], after[name])),
  ...readinessChanges(before.readiness, after.readiness),
];
