// The work of app/app.js as a Restate service: node restate-service.js <port>. Prints `ready` once it listens.
const restate = require('@restatedev/restate-sdk');

const work = restate.service({
  name: 'work',
  handlers: {
    run: async (context, { rounds, width, payload }) => {
      let last = payload;
      for (let round = 0; round < rounds; round += 1) {
        if (width === 1) {
          last = await context.run('say', () => ({ payload }));
        } else {
          const steps = Array.from({ length: width }, () => context.run('say', () => ({ payload })));
          last = await restate.RestatePromise.all(steps);
        }
      }
      return { rounds, last };
    },
    wait: async (context) => {
      const { id, promise } = context.awakeable();
      process.stdout.write(`waits ${id}\n`);
      await promise;
      await context.run('stamp', () => void process.stdout.write(`stamp ${id} ${process.hrtime.bigint()}\n`));
    },
  },
});

restate
  .serve({ services: [work], port: Number(process.argv[2]) })
  .then(() => process.stdout.write('ready\n'));
