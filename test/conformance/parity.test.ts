import { beforeAll, describe, expect, it } from '@jest/globals';
import { caseResult } from './parity/case-result';
import { KNOWN_DIFFERENCES, type KnownDifference } from './parity/known-differences';
import { RecordedCases, type CaseLines } from './parity/recorded-cases';

const { PARITY_DIR } = process.env;
/** Cases mostly wait: several hosts run some each. */
const HOSTS = 4;
/** The recorded run of these had short long timers. */
const isLong = (name: string): boolean => name.startsWith('Long');
const SHORT_LONG_TIMERS = JSON.stringify({ maximumShortTimerMs: 3_000, longTimerIntervalMs: 2_000 });

const cases = PARITY_DIR === undefined ? null : new RecordedCases(PARITY_DIR);
const observed: CaseLines = cases?.observed() ?? new Map();
const names = [...observed.keys()];

const runAll = async (recorded: RecordedCases): Promise<CaseLines> => {
  const short = names.filter((name) => !isLong(name));
  const groups = Array.from({ length: HOSTS }, (_, host) =>
    short.filter((_, index) => index % HOSTS === host),
  );
  const runs = [
    ...groups.map((group) => recorded.run(group, {})),
    recorded.run(names.filter(isLong), { TIMER_LIMITS: SHORT_LONG_TIMERS }),
  ];
  return new Map((await Promise.all(runs)).flatMap((each) => [...each]));
};

const expectKnown = (ours: readonly string[], known: KnownDifference): void => {
  const ends = ours.filter((line) => line.startsWith('  == '));
  switch (known.kind) {
    case 'refused':
      expect(ends).toEqual([expect.stringMatching(/^ {2}== Failed /)]);
      expect(ends[0]).toMatch(known.because);
      break;
    case 'arrival':
      expect(known.outputs.map((output) => `  == Completed out=${output} cs=null`)).toContain(
        ends[0]?.replace(/ \(\d+ms\)$/, ''),
      );
      break;
    case 'answers':
      expect(
        ours.flatMap((line) => /^\D.*? (\d{3})(?= [{"]|$)/.exec(line)?.slice(1).map(Number) ?? []),
      ).toEqual(known.statuses);
  }
};

/** `PARITY_DIR=FOLDER npx jest test/conformance/parity`, where the folder has app.js, cases.js, drive.js and observed.txt. */
(cases === null ? describe.skip : describe)(
  'cases recorded on another host (skipped without PARITY_DIR)',
  () => {
    let ours: CaseLines;
    beforeAll(async () => {
      if (cases !== null) ours = await runAll(cases);
    });

    it.each(names.length === 0 ? ['none'] : names)(
      '%s comes to the same here, or differs as is known',
      (name) => {
        const lines = ours.get(name) ?? [];
        const known = KNOWN_DIFFERENCES[name];
        if (known !== undefined) expectKnown(lines, known);
        else expect(caseResult(lines)).toEqual(caseResult(observed.get(name) ?? []));
      },
    );
  },
);
