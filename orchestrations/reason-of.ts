/** `Activity function 'x' failed:  …`, also below that of the child orchestration that called it. */
const WRAPPERS = /^(?:(?:Activity|Orchestrator) function '[^']*' failed: *)+/u;
/** What the engine has to say of its own exception, appended to the reason; child orchestrations append it in words. */
const DETAILS = /\s*\n ?(?:\{"\$type":"System\.Exception|Message: ).*$/su;

/** What an activity or a child failed with, in its own words: without those that the engine puts around them. */
export const reasonOf = (error: unknown): string => {
  const text = error instanceof Error ? error.message : String(error);
  const wrapped = WRAPPERS.test(text);
  const own = wrapped ? text.replace(WRAPPERS, '').replace(DETAILS, '').trim() : text;
  return (own === '' && wrapped ? 'it failed without saying why' : own).slice(0, 2_000);
};
