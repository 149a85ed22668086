/** What a case came to, without what differs from run to run: times, made-up ids, and what happened to arrive together. */
export interface CaseResult {
  /** What was printed besides episodes: answers, and the end of each instance. */
  readonly results: readonly string[];
  /** What was scheduled under which id, in order. */
  readonly ids: readonly string[];
  /** What each run of the orchestrator returned last: of a generation, or of an instance. */
  readonly actions: readonly string[];
}

const SCHEDULED = /^(TaskSched|SubCreated|TimerCreated|EvSent)#/;

export const caseResult = (lines: readonly string[]): CaseResult => {
  const results: string[] = [];
  const ids: string[] = [];
  const actions: string[] = [];
  for (const line of lines.map(settled)) {
    const events = /^ {2}ep: (.*)$/.exec(line)?.[1];
    const returned = /^ {6}-> (.*)$/.exec(line)?.[1];
    if (events !== undefined) {
      // The beginning of a history: of another generation, or of the same told once more.
      if (events.includes('(first)')) actions.push('');
      ids.push(...events.split(' | ').filter((event) => SCHEDULED.test(event)));
    } else if (returned !== undefined) actions[actions.length - 1] = returned;
    else results.push(line);
  }
  return { results, ids, actions };
};

/** Where a text was cut off, or tells of a stack, only what comes before is compared. */
const settled = (line: string): string =>
  line
    .replace(/ \(\d+ms\)$/, '')
    .replace(/\\*n \{\\*"\$type.*/, '')
    .replace(/(, StackTrace:|,\\?"StackTrace\\?":).*/, '')
    .replace(/… \(\d+ characters\)$/, '')
    .replace(/y{300,}.*/, 'y…')
    .replace(/"\$type":"[^"]*ResponseMessage[^"]*",?/g, '')
    .replace(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, 'GUID')
    .replace(/\bi[\da-z]{9,12}\b/g, 'ID')
    .replace(/@\d\d\.\w+/g, '@')
    .replace(/"(\w*Time|Timestamp)": ?"\d{4}-[^"]*"/g, '"$1"');
