const { appendFileSync, existsSync, readFileSync } = require('node:fs');
const { setTimeout: sleep } = require('node:timers/promises');

const textOfFailure = (key) => `boom(${key})`;

/** What activities do in a host of their own. How often each ran is kept in a file, which a kill leaves as it was. */
const workAndNote = async ({ key, n, fails }) => {
  await sleep(n % 7);
  const file = process.env.TRACE_FILE;
  const runs = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  appendFileSync(file, `${key}\n`);
  const mustFail =
    typeof fails === 'number' ? runs.filter((line) => line === key).length < fails : fails !== 'never';
  if (mustFail) throw new Error(textOfFailure(key));
  return n;
};

/** A simulation within one process puts its own `work` here. */
const world = { work: workAndNote };

module.exports = { world, textOfFailure };
