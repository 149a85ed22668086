// Writes one line for each run of an orchestrator, in the short notation that the parity suite compares.
const { appendFileSync } = require('node:fs');
const { app } = require('@azure/functions');

const EVENT = {
  0: () => 'Started',
  1: () => 'Completed',
  3: () => 'Terminated',
  4: (e) => `Task#${e.EventId} ${e.Name}`,
  5: (e) => `Done<${e.TaskScheduledId} ${e.Result}`,
  6: (e) => `Failed<${e.TaskScheduledId} ${e.Reason}`,
  7: (e) => `Child#${e.EventId} ${e.Name}`,
  8: (e) => `ChildDone<${e.TaskScheduledId} ${e.Result}`,
  9: (e) => `ChildFailed<${e.TaskScheduledId} ${e.Reason}`,
  10: (e) => `Timer#${e.EventId}`,
  11: (e) => `Fired<${e.TimerId}`,
  14: (e) => `Sent#${e.EventId} ${e.InstanceId} ${e.Name}`,
  15: (e) => `Event ${e.Name}=${e.Input}${e.IsPlayed ? '*' : ''}`,
  17: (e) => `Rewound ${e.Data}`,
  19: () => 'Suspended',
  20: () => 'Resumed',
};

const action = (a) =>
  String(a.actionType) +
  (a.compoundActions ? `[${a.compoundActions.map(action).join(' ')}]` : '') +
  (a.functionName ? `:${a.functionName}` : '') +
  (a.externalEventName ? `:${a.externalEventName}` : '') +
  (a.fireAt && a.isCanceled ? 'X' : '');

const result = ({ error, result: state }) => {
  if (!error) return `${state.isDone ? 'done ' : ''}${state.actions[0].map(action).join(' ')}`.trim();
  const text = error.message.split('$OutOfProcData$:')[1];
  return `throws ${JSON.parse(text).actions[0].map(action).join(' ')}`.trim();
};

const file = process.env.TRACE_FILE;
// Where a hook expects to see every run, no orchestrator is kept between two of them.
if (file)
  app.hook.postInvocation((context) => {
    const trigger = context.inputs[0];
    if (context.invocationContext.options.trigger.type !== 'orchestrationTrigger') return;
    const line = {
      instanceId: trigger.instanceId,
      isFirst: !trigger.isReplaying,
      events: trigger.history.filter((e) => EVENT[e.EventType]).map((e) => EVENT[e.EventType](e)),
      result: result(context),
    };
    appendFileSync(file, `${JSON.stringify(line)}\n`);
  });
