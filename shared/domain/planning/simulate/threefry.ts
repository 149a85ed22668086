const PARITY = 0x1bd11bda;

const rotated = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

/**
 * Threefry-2x32 of 20 rounds (Salmon, Moraes, Dror and Shaw: Parallel random numbers: as easy as 1, 2, 3; SC 2011). Random words are
 * a function of key and counter alone: no draw depends on how many were made before it. Two unsigned words are put into `out`.
 */
export function threefry(
  key0: number,
  key1: number,
  counter0: number,
  counter1: number,
  out: Uint32Array,
): void {
  let x0 = (counter0 + key0) | 0;
  let x1 = (counter1 + key1) | 0;
  // The three words of the key schedule take turns.
  let added0 = key1 | 0;
  let added1 = PARITY ^ key0 ^ key1;
  let spare = key0 | 0;
  for (let group = 1; group <= 5; group += 1) {
    const isOdd = group % 2 === 1;
    x0 = (x0 + x1) | 0;
    x1 = rotated(x1, isOdd ? 13 : 17) ^ x0;
    x0 = (x0 + x1) | 0;
    x1 = rotated(x1, isOdd ? 15 : 29) ^ x0;
    x0 = (x0 + x1) | 0;
    x1 = rotated(x1, isOdd ? 26 : 16) ^ x0;
    x0 = (x0 + x1) | 0;
    x1 = rotated(x1, isOdd ? 6 : 24) ^ x0;
    x0 = (x0 + added0) | 0;
    x1 = (x1 + added1 + group) | 0;
    const used = added0;
    added0 = added1;
    added1 = spare;
    spare = used;
  }
  out[0] = x0;
  out[1] = x1;
}
