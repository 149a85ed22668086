/**
 * What was last worked out of a value, as long as that value is in memory. Nothing changes what portfolios and plans are made of, so
 * the same value is the same content: an edit leaves most of a plan as it was, and that is not worked out again.
 */
export class LastResult<Of extends object, Result> {
  private readonly kept = new WeakMap<Of, { readonly beside: readonly unknown[]; readonly result: Result }>();

  /** `beside`: whatever else it depends on, each the same value as before or another. */
  of(value: Of, beside: readonly unknown[], work: () => Result): Result {
    const kept = this.kept.get(value);
    if (kept && beside.every((each, at) => each === kept.beside[at])) return kept.result;
    const result = work();
    this.kept.set(value, { beside, result });
    return result;
  }
}
