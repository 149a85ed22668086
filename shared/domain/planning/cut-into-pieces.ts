import { listHash, type ItemMark } from './content-hash';

/** A run of a list's items. */
export interface Piece {
  readonly from: number;
  /** Behind its last item. */
  readonly to: number;
  /** That of a list of these items. */
  readonly hash: string;
}

/**
 * As they come out on average. A change of one item costs about two pieces and a list of all of them; each piece is a request to the
 * storage in Azure.
 */
const MEAN_CHARACTERS = 128 * 1024;
/** What one append to a journal takes, with room to spare. */
const MOST_ITEMS = 10_000;
const MOST_CHARACTERS = 8 * 1024 * 1024;

/**
 * Where a list is cut to be stored: behind items whose own hash says so, the longer an item the likelier. What else the list holds
 * moves no such cut, so lists that differ in one item, changed, new or gone, have all pieces in common but one or two.
 */
export const cutIntoPieces = (marks: readonly ItemMark[]): readonly Piece[] => {
  const pieces: Piece[] = [];
  let from = 0;
  let characters = 0;
  for (const [index, mark] of marks.entries()) {
    const to = index + 1;
    characters += mark.characters;
    const isFull = to - from >= MOST_ITEMS || characters >= MOST_CHARACTERS;
    if (!isFull && !endsPiece(mark) && to < marks.length) continue;
    pieces.push({ from, to, hash: listHash(marks.slice(from, to).map(({ hash }) => hash)) });
    from = to;
    characters = 0;
  }
  return pieces;
};

const DRAWS = 2 ** 32;
const endsPiece = ({ hash, characters }: ItemMark): boolean =>
  Number.parseInt(hash.slice(0, 8), 16) * MEAN_CHARACTERS < characters * DRAWS;
