import { sha256Hex } from '../../hash';

const SHORT_HASH = 8;

const fits = (slug: string, text: string, maxLength: number): string => {
  if (slug !== '' && slug.length <= maxLength) return slug;
  const hash = sha256Hex(text).slice(0, SHORT_HASH);
  const start = slug.slice(0, maxLength - SHORT_HASH - 1).replace(/-+$/, '');
  return start === '' ? `w-${hash}` : `${start}-${hash}`;
};

/** A slug of a name as people write it: accents off, everything else a hyphen; what is too long is cut and ends with a hash. */
export function slugOf(name: string, maxLength = 48): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/æ/g, 'ae');
  const slug = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  return fits(slug, name, maxLength);
}

/** Gives out ids, each once. */
export class WorkloadIds {
  private readonly taken = new Set<string>();

  has(id: string): boolean {
    return this.taken.has(id);
  }

  reserve(id: string): void {
    this.taken.add(id);
  }

  /** The id wished for, or where it is taken one that `identity` makes distinct: ask in a fixed order. */
  claim(wished: string, identity: string): string {
    let id = wished;
    for (let round = 0; this.taken.has(id); round += 1) {
      const hash = sha256Hex(`${identity}\n${round}`).slice(0, SHORT_HASH);
      id = `${wished.slice(0, 48 - SHORT_HASH - 1).replace(/-+$/, '')}-${hash}`;
    }
    this.taken.add(id);
    return id;
  }
}
