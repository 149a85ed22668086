import { minutesInWords, quoted, told, type Facts, type Sentences } from '../reasons';

const when = (facts: Facts, name: string): string =>
  told(facts[name]).replace('T', ' ').replace(':00.000Z', ' UTC');
const length = (facts: Facts, name: string): string => minutesInWords(Number(facts[name]));
const more = ({ more: count }: Facts): string =>
  count === 0 ? '' : `; so were others, for ${told(count)} more such ${count === 1 ? 'time' : 'times'}`;

/** Why a wave runs when it does. */
export const dateSentences: Sentences = {
  'date-earliest-start': (facts) =>
    `The plan begins at ${when(facts, 'earliest')}; with a day of preparation nothing moves before ${when(facts, 'until')}.`,
  'date-not-before': (facts) => `${told(facts['workload'])} is not ready before ${when(facts, 'until')}.`,
  'date-after-wave': (facts) =>
    `It comes after wave ${told(facts['wave'])}: with the days between waves not before ${when(facts, 'until')}.`,
  'date-transfer': (facts) =>
    `Its data, by ${told(facts['paths'])}, are there at ${when(facts, 'until')} at the earliest, buffer included.`,
  'date-teams': (facts) =>
    `Its first legal window would begin at ${when(facts, 'earlier')}, but every team runs or follows up another wave then.`,
  'date-window': (facts) =>
    `From ${when(facts, 'start')} to ${when(facts, 'end')} is inside the approved windows of all its workloads (workloads: ${told(facts['workloads'])}, different calendars: ${told(facts['calendars'])}).`,
  'date-avoids-blackout': (facts) =>
    `An earlier window was not used because of a blackout (${told(facts['reason'])})${more(facts)}.`,
  'date-avoids-month-edge': (facts) =>
    `An earlier window was not used because ${told(facts['reason'])}${more(facts)}.`,
  'date-avoids-holiday': (facts) =>
    `An earlier window was not used because ${told(facts['reason'])}${more(facts)}.`,
  'date-asked': (facts) => `The date was set for ${told(facts['workload'])}: ${quoted(facts['reason'])}`,
  'date-kept': (facts) =>
    `The date was agreed before and is still legal; ${when(facts, 'earliest')} would be possible by now.`,
  'date-parts': (facts) =>
    `${facts['transferMinutes'] === 0 ? 'Nothing travels' : `${length(facts, 'transferMinutes')} of transfer`} before the window; in it ${length(facts, 'cutoverMinutes')} of cutovers and ${length(facts, 'testingMinutes')} of testing.`,
  'date-buffer': (facts) =>
    `Kept free: ${facts['transferMinutes'] === 0 ? '' : `${length(facts, 'transferMinutes')} between transfer and window, `}${length(facts, 'cutoverMinutes')} at the end for what goes wrong or for the way back.`,
};
