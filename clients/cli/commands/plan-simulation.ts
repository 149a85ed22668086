import { SimulationResult, type Percentiles } from '../../../shared/contracts/planning/simulation';
import { usageError } from '../cli-error';
import { optional, type Command, type Invocation, type Part, type Shown } from '../command';
import { counted } from '../counted';
import { planOf } from './plans';

const wholeNumber = (invocation: Invocation, name: string): number | undefined => {
  const text = optional(invocation, name);
  if (text === undefined) return undefined;
  if (!/^\d{1,10}$/.test(text)) throw usageError(`--${name} is a whole number, not ${text}`);
  return Number(text);
};

const BEYOND = 'beyond the calendar';
const percent = (share: number): string => `${Math.round(share * 100)}%`;
const tenths = (value: number): string => value.toFixed(1);

const finishRow = (of: string, { p10, p50, p80, p90 }: Percentiles): object => ({
  finish: of,
  '1 in 10 by': p10 ?? BEYOND,
  'half by': p50 ?? BEYOND,
  '8 in 10 by': p80 ?? BEYOND,
  '9 in 10 by': p90 ?? BEYOND,
});

const days = (earlier: number | null): string => (earlier === null ? 'not known' : tenths(earlier));

const worthParts = ({ datedAnew, worth }: SimulationResult): Part[] => {
  const rows = worth.map((each) =>
    each.outcome === 'impossible'
      ? { change: each.title, below: `not possible: ${each.why}` }
      : {
          change: each.title,
          'days earlier, half': days(each.daysEarlier.p50),
          'days earlier, 8 in 10': days(each.daysEarlier.p80),
          'half by': each.finish.p50 ?? BEYOND,
        },
  );
  if (datedAnew === null || rows.length === 0) return [];
  const columns = ['change', 'days earlier, half', 'days earlier, 8 in 10', 'half by'];
  const title = `What one change at a time would win; with none, and all dates found anew, half end by ${datedAnew.p50 ?? BEYOND}`;
  return [{ title, columns, rows, below: 'below' }];
};

function showSimulation(answer: unknown): Shown {
  const simulation = SimulationResult.parse(answer);
  const { runs, seed, finish, plannedFinish, waves, failures, criticalPath, undated } = simulation;
  const said = (title: string): Part => ({ title, columns: [], rows: [] });
  const failed = [
    `${tenths(failures.noGo)} times no go`,
    `${tenths(failures.rolledBack)} rolled back`,
    `${tenths(failures.overrun)} out of time`,
  ];
  const parts: Part[] = [
    {
      title: `${counted(runs, 'run')} with seed ${seed}; planned to end ${plannedFinish ?? 'never: no wave has a date'}`,
      columns: ['finish', '1 in 10 by', 'half by', '8 in 10 by', '9 in 10 by'],
      rows: [finishRow('of the plan', finish)],
    },
    said(`Expected failures of cutovers: ${failed.join(', ')}`),
    said(simulation.chancesSentence),
    said(
      criticalPath.length === 0
        ? 'No wave decides the finish in half of the runs.'
        : `Waves that decide the finish in half of the runs: ${criticalPath.join(' ')}`,
    ),
    ...(undated.length === 0
      ? []
      : [
          said(
            `Without a date, and not simulated: ${undated.length === 1 ? 'wave' : 'waves'} ${undated.join(' ')}`,
          ),
        ]),
    {
      title: 'Waves',
      columns: ['wave', 'planned', 'keeps its date', 'days late', 'failures', 'critical'],
      rows: waves.map((wave) => ({
        wave: wave.number,
        planned: wave.plannedStart,
        'keeps its date': percent(wave.keepsDate),
        'days late': tenths(wave.expectedDelayDays),
        failures: tenths(wave.expectedFailures),
        critical: percent(wave.criticalShare),
      })),
    },
    ...worthParts(simulation),
  ];
  return { kind: 'parts', item: simulation, parts };
}

export const planSimulationCommands: readonly Command[] = [
  {
    name: 'plan simulate',
    operands: 'ID [--runs N] [--seed N]',
    summary:
      'Run a plan many times with durations and failures drawn: when it ends, what decides that, what changes would win.',
    run: async (invocation) => {
      const runs = wholeNumber(invocation, 'runs');
      const seed = wholeNumber(invocation, 'seed');
      const body = { ...(runs === undefined ? {} : { runs }), ...(seed === undefined ? {} : { seed }) };
      return showSimulation(await invocation.api().json('POST', `${planOf(invocation)}/simulate`, { body }));
    },
  },
];
