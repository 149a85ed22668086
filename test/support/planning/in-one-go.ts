/** What comes of work that pauses, without pausing. */
export function inOneGo<T>(work: Generator<unknown, T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}
