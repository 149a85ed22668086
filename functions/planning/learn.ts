import { lessonOf } from '../../shared/domain/planning/lessons/lesson-of';
import { readCutover } from '../../shared/ledger/cutovers';
import type { Ledger } from '../../shared/ledger/ledger';
import { keepLesson, readForecast } from '../../shared/ledger/lessons';

/** Keeps what a cutover taught the portfolio whose plan started it (R38). Repeatable; of other waves nothing is learned. */
export const learnFrom = async (ledger: Ledger, cutoverId: string): Promise<void> => {
  const { body: cutover } = await readCutover(ledger, cutoverId);
  const forecast = await readForecast(ledger, cutover.waveId);
  if (forecast === null) return;
  const lesson = lessonOf(cutover, forecast);
  if (lesson !== null) await keepLesson(ledger, forecast.portfolioId, lesson);
};
