// The work of app/app.js as DBOS workflows: node dbos-worker.js <connection string>. Commands come as lines of JSON on standard
// input; `done <id>` answers each, `stamp <id> <time>` and `sent <id> <time>` are in nanoseconds of the machine's steady clock.
const { createInterface } = require('node:readline');
const { DBOS } = require('@dbos-inc/dbos-sdk');

const say = (line) => void process.stdout.write(`${line}\n`);

const work = DBOS.registerWorkflow(
  async ({ rounds, width, payload }) => {
    let last = payload;
    const step = () => DBOS.runStep(async () => ({ payload }), { name: 'say' });
    for (let round = 0; round < rounds; round += 1)
      last = width === 1 ? await step() : await Promise.all(Array.from({ length: width }, step));
    return { rounds, last };
  },
  { name: 'work' },
);

const wait = DBOS.registerWorkflow(
  async (id) => {
    await DBOS.recv('go', 600);
    await DBOS.runStep(async () => say(`stamp ${id} ${process.hrtime.bigint()}`), { name: 'stamp' });
  },
  { name: 'wait' },
);

const commands = {
  run: async ({ inputs }) => {
    const started = await Promise.all(inputs.map((input) => DBOS.startWorkflow(work)(input)));
    await Promise.all(started.map((handle) => handle.getResult()));
  },
  wait: async ({ ids }) => {
    for (const id of ids) await DBOS.startWorkflow(wait, { workflowID: id })(id);
  },
  signal: async ({ target }) => {
    say(`sent ${target} ${process.hrtime.bigint()}`);
    await DBOS.send(target, 1, 'go');
  },
};

async function main(systemDatabaseUrl) {
  DBOS.setConfig({ name: 'bench', systemDatabaseUrl, logLevel: 'error', applicationVersion: '1' });
  await DBOS.launch();
  createInterface({ input: process.stdin }).on('line', (line) => {
    const command = JSON.parse(line);
    commands[command.kind](command).then(
      () => say(`done ${command.no}`),
      (error) => {
        process.stderr.write(`${error.stack}\n`);
        process.exit(1);
      },
    );
  });
  say('ready');
}

void main(process.argv[2]);
