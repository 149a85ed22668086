/** Whether two JSON values have the same canonical text, without writing it. Members that are undefined do not count. */
export function sameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [mine, theirs] = [one as Members, other as Members];
  for (const name in mine) if (!sameJson(mine[name], theirs[name])) return false;
  for (const name in theirs) if (mine[name] === undefined && theirs[name] !== undefined) return false;
  return true;
}

type Members = Readonly<Record<string, unknown>>;
