import { MigrationError } from '../contracts/errors';
import type { Lesson, LessonInput, WaveForecast } from '../contracts/planning/lesson';
import type { RecordedPortfolio } from '../contracts/planning/records';
import type { Principal } from '../contracts/principal';
import { canonicalJson } from '../domain/canonical-json';
import { create, replace } from '../ports/store';
import {
  lessonType,
  portfolioPartition,
  portfolioType,
  waveForecastType,
  wavePartition,
  WAVE_FORECAST_ID,
} from './documents';
import { listAll } from './find-all';
import { nowIso, type Ledger } from './ledger';
import { changeSubject, type Change } from './record';

/** Keeps what was forecast for a wave before it runs. What is kept stays. */
export const keepForecast = async (
  { store }: Pick<Ledger, 'store'>,
  waveId: string,
  forecast: WaveForecast,
): Promise<void> => {
  if ((await readForecast({ store }, waveId)) !== null) return;
  const written = [create(waveForecastType, WAVE_FORECAST_ID, forecast)];
  try {
    await store.commit(wavePartition(waveId), written);
  } catch (error) {
    if (!(error instanceof MigrationError) || error.code !== 'already-exists') throw error;
  }
};

/** Null: no plan started it. */
export const readForecast = async (
  { store }: Pick<Ledger, 'store'>,
  waveId: string,
): Promise<WaveForecast | null> =>
  (await store.read(waveForecastType, wavePartition(waveId), WAVE_FORECAST_ID))?.body ?? null;

/** All of a portfolio, by cutover. */
export const lessonsOf = async (
  { store }: Pick<Ledger, 'store'>,
  portfolioId: string,
): Promise<readonly Lesson[]> => {
  const found: Lesson[] = [];
  for await (const { body } of listAll(store, lessonType, portfolioPartition(portfolioId))) found.push(body);
  return found;
};

/** Keeps what a cutover taught (R38): once, however often it is told; what it is told otherwise later replaces it. */
export const keepLesson = (ledger: Ledger, portfolioId: string, lesson: Lesson): Promise<void> =>
  changeLesson(ledger, portfolioId, lesson.cutoverId, (before, portfolio) => {
    const after = { ...lesson, setAside: before?.setAside ?? null };
    if (before !== null && canonicalJson(before) === canonicalJson(after)) return null;
    return { lesson: after, body: portfolio, actor: 'causeway', summary: inWords(after) };
  });

/**
 * Says whether later forecasts follow a lesson. Whoever does shapes them, and may approve no plan of the portfolio (R64). Once is
 * enough; throws `not-found`.
 */
export const judgeLesson = async (
  ledger: Ledger,
  { name: by }: Pick<Principal, 'name'>,
  portfolioId: string,
  cutoverId: string,
  { counts, reason }: LessonInput,
): Promise<Lesson> => {
  const judged = (before: Lesson | null): Lesson => {
    if (before === null)
      throw new MigrationError('not-found', `portfolio ${portfolioId} has no lesson of cutover ${cutoverId}`);
    if (counts === (before.setAside === null)) return before;
    return { ...before, setAside: counts ? null : { by, at: nowIso(ledger), reason } };
  };
  await changeLesson(ledger, portfolioId, cutoverId, (before, portfolio) => {
    const lesson = judged(before);
    if (lesson === before) return null;
    const body = { ...portfolio, editors: [...new Set([...portfolio.editors, by])] };
    const words = counts ? 'counts again' : 'is set aside';
    return { lesson, body, actor: by, summary: `The lesson of cutover ${cutoverId} ${words}: ${reason}` };
  });
  const stored = await ledger.store.read(lessonType, portfolioPartition(portfolioId), cutoverId);
  return judged(stored?.body ?? null);
};

interface ChangedLesson {
  readonly lesson: Lesson;
  readonly body: RecordedPortfolio;
  readonly actor: string;
  readonly summary: string;
}

const changeLesson = (
  ledger: Ledger,
  portfolioId: string,
  cutoverId: string,
  decide: (before: Lesson | null, portfolio: RecordedPortfolio) => ChangedLesson | null,
): Promise<void> => {
  const partition = portfolioPartition(portfolioId);
  const { store } = ledger;
  return changeSubject<RecordedPortfolio, void>(
    store,
    portfolioType,
    partition,
    portfolioId,
    () => nowIso(ledger),
    async ({ body: portfolio }) => {
      const stored = await store.read(lessonType, partition, cutoverId);
      const changed = decide(stored?.body ?? null, portfolio);
      if (changed === null) return { change: null, result: undefined };
      const { lesson, body, actor, summary } = changed;
      const { outcome, transfer, downtime } = lesson;
      const facts = { cutoverId, outcome, transfer, downtime, counts: lesson.setAside === null };
      const data = { portfolioId, change: 'learned', by: actor, cutoverId, version: portfolio.version };
      const change: Change<RecordedPortfolio> = {
        body,
        log: [{ kind: 'portfolio.learned', actor, summary: summary.slice(0, 4_000), facts }],
        events: [{ type: 'portfolio.changed', data }],
        documents: [
          stored === null ? create(lessonType, cutoverId, lesson) : replace(lessonType, stored, lesson),
        ],
      };
      return { change, result: undefined };
    },
  );
};

const inWords = ({ cutoverId, outcome, transfer, downtime, troubled }: Lesson): string => {
  const minutes = (value: number) => value.toFixed(1);
  const took = (what: string, times: Lesson['transfer']) =>
    times === null
      ? []
      : [`${what} ${minutes(times.actualMinutes)} minutes, forecast ${minutes(times.forecastMinutes)}`];
  const trouble = troubled.length === 0 ? [] : [`trouble in ${troubled.join(', ')}`];
  const facts = [...took('transfer', transfer), ...took('outage', downtime), ...trouble];
  return `Learned from cutover ${cutoverId}, ${outcome}${facts.length === 0 ? '' : `: ${facts.join('; ')}`}`;
};
