const df = require('durable-functions');

const orchestrator = (name, handler) =>
  df.app.orchestration(name, function* (context) {
    return yield* handler(context.df, context.df.getInput());
  });
const later = (d, ms) => d.createTimer(new Date(d.currentUtcDateTime.getTime() + ms));
const caught = function* (task) {
  try {
    return { value: yield task };
  } catch (error) {
    return { name: error.name, message: error.message };
  }
};

module.exports = { orchestrator, later, caught };
