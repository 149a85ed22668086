/** A number of a list that is known to have it: what the compiler can't know of lists of numbers. */
export const numberAt = (list: ArrayLike<number>, index: number): number => list[index] ?? 0;
