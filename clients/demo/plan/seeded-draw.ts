/** Draws that come out the same for the same seed on any machine. */
export interface Draw {
  /** From 0 up to below 1. */
  share(): number;
  /** From 0 up to below `count`. */
  below(count: number): number;
  one<Item>(items: readonly Item[]): Item;
  /** By weights; the items in their order. */
  weighted<Item>(items: readonly (readonly [Item, number])[]): Item;
}

/** Mulberry32. */
export function seededDraw(seed: number): Draw {
  let state = seed >>> 0;
  const share = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (count: number): number => Math.floor(share() * count);
  const one = <Item>(items: readonly Item[]): Item => {
    const item = items[below(items.length)];
    if (item === undefined) throw new RangeError('nothing to draw from');
    return item;
  };
  const weighted = <Item>(items: readonly (readonly [Item, number])[]): Item => {
    let rest = share() * items.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [item, weight] of items) {
      rest -= weight;
      if (rest < 0) return item;
    }
    return one(items)[0];
  };
  return { share, below, one, weighted };
}
