/** An exporter in as few words as possible: spans go to the file SPANS_FILE when they end. */
const { appendFileSync } = require('node:fs');
const { randomBytes } = require('node:crypto');
const { trace } = require('@opentelemetry/api');

const file = process.env.SPANS_FILE;
const startSpan = (name, options, context) => {
  const parent = context === undefined ? undefined : trace.getSpanContext(context);
  const own = {
    traceId: parent?.traceId ?? randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    traceFlags: 1,
  };
  const status = {};
  return {
    spanContext: () => own,
    setStatus: (given) => Object.assign(status, given),
    recordException: () => undefined,
    end: () => {
      const { attributes, kind } = options;
      const line = { name, ...own, parent: parent?.spanId ?? null, kind, attributes, status };
      appendFileSync(file, `${JSON.stringify(line)}\n`);
    },
  };
};
if (file !== undefined) trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan }) });
