import { MigrationError } from '../../contracts/errors';

/** A text that stands for a place in a list or feed. `kind` keeps one apart from the other. */
export const encodePlace = (kind: string, place: string): string =>
  `${kind}.${Buffer.from(place).toString('base64url')}`;

/** Throws `invalid-input` for a text that `encodePlace` did not give for this kind. */
export function decodePlace(kind: string, text: string): string {
  const place = Buffer.from(text.slice(kind.length + 1), 'base64url').toString();
  if (place !== '' && encodePlace(kind, place) === text) return place;
  throw new MigrationError('invalid-input', 'The continuation is not one that this list gave', {
    field: 'continuation',
  });
}
