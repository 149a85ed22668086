export interface Move {
  readonly weight: number;
  readonly make: () => void;
}

/** Asks the engine. Nothing is answered where the process dies first, whatever it had stored. */
export type Ask = <T extends { readonly kind: string }>(
  question: string,
  answer: Promise<T>,
  answered?: (outcome: T) => void,
) => void;
