// Writes what each orchestrator was given and returned, in the form that the driver of the cases reads. Required by an application.
const { appendFileSync } = require('node:fs');
const { app } = require('@azure/functions');

app.hook.postInvocation(({ inputs: [trigger], result, error, invocationContext }) => {
  if (invocationContext.options.trigger.type !== 'orchestrationTrigger') return;
  const out = error === undefined || error === null ? result : { error: error.message };
  appendFileSync(
    process.env.TRACE_FILE,
    `${JSON.stringify({ t: 'orchestrationtrigger', in: trigger, out })}\n`,
  );
});
