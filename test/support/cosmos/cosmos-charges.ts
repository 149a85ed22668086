/**
 * Estimates of request units. Microsoft's capacity guidance gives 1 / 1.3 / 10 RU for reading and 5 / 7 / 48 RU for creating an item
 * of 1 / 4 / 64 KB at session consistency; in between and beyond, this goes straight. It knows neither indexes nor the real
 * service's rounding: a subscription measures.
 */
const SIZES_KB = [1, 4, 64];
const READ = [1, 1.3, 10];
const CREATE = [5, 7, 48];
/** Looking into one physical partition's index, found or not. */
const QUERY_BASE = 2.3;

const between = (sizeKb: number, units: readonly number[]): number => {
  const at = sizeKb <= 4 ? 0 : 1;
  const [x0, x1] = [SIZES_KB[at] ?? 1, SIZES_KB[at + 1] ?? 64];
  const [y0, y1] = [units[at] ?? 1, units[at + 1] ?? 1];
  return y0 + ((Math.max(sizeKb, 1) - x0) / (x1 - x0)) * (y1 - y0);
};

export const readCharge = (sizeBytes: number): number => between(sizeBytes / 1024, READ);
export const createCharge = (sizeBytes: number): number => between(sizeBytes / 1024, CREATE);
/** Takes the old entries out of the index and puts the new ones in. */
export const replaceCharge = (sizeBytes: number): number => 2 * createCharge(sizeBytes);
export const deleteCharge = createCharge;
export const queryCharge = (sizeBytes: number): number =>
  QUERY_BASE + (sizeBytes === 0 ? 0 : readCharge(sizeBytes));
