// An orchestration is replayed from its history, perhaps weeks later, on another machine and a newer Node.
// Whatever it computes must come out the same; these rules forbid what would not, and say what to use instead.

const CLOCK = 'Take the time from the history: durable.nowMs(), or let an activity compute it.';
const TIMER = 'Wait with a durable timer, or race one against an event.';
const RANDOM = 'Let an activity draw it, so that the history holds the value.';
const IO = 'Do it in an activity; an orchestration decides, it never does.';
const LOG = 'Record it through an activity; a replay would print it again.';
const TASKS = 'Yield the durable task; a promise resolves outside the history.';
const GLOBALS = 'Name what you need; whatever is not forbidden by these rules is in scope already.';
const MODULES = 'Import types, or frozen functions, at the top of the file.';
const LOCALE = 'It depends on the ICU data of the running Node; let an activity do it.';
const COLLECTION = 'Garbage collection differs at every replay; keep an ordinary reference.';

const names = (message, ...list) => list.map((name) => ({ name, message }));

const impureGlobals = [
  ...names(TIMER, 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'),
  ...names(TIMER, 'clearTimeout', 'clearInterval', 'clearImmediate', 'AbortSignal'),
  ...names(CLOCK, 'performance', 'Temporal'),
  ...names(RANDOM, 'crypto'),
  ...names(IO, 'fetch', 'process', 'WebSocket', 'EventSource', 'navigator'),
  ...names(LOG, 'console'),
  ...names(MODULES, 'require', 'module'),
  ...names(GLOBALS, 'globalThis', 'global'),
  ...names(COLLECTION, 'WeakRef', 'FinalizationRegistry'),
];

const restrictGlobals = (list) => ['error', { globals: list, checkGlobalObject: true }];

const mathAlias = {
  selector: ':not(MemberExpression) > Identifier[name="Math"]',
  message: `Call Math's functions by name, so that Math.random stays visible. ${RANDOM}`,
};
const moduleState = {
  selector: ':matches(Program, ExportNamedDeclaration) > VariableDeclaration[kind!="const"]',
  message: 'Module state is shared by instances and lost on a restart; keep it in a local variable.',
};
const dynamicImport = { selector: 'ImportExpression', message: `No import(). ${MODULES}` };

const noCodeFromText = { 'no-eval': 'error', 'no-implied-eval': 'error', 'no-new-func': 'error' };

/** Nothing that a replay could answer differently. */
const replayed = {
  ...noCodeFromText,
  'no-restricted-globals': restrictGlobals([
    ...impureGlobals,
    ...names(CLOCK, 'Date'),
    ...names(TASKS, 'Promise'),
    ...names(IO, 'Buffer'),
    ...names(LOCALE, 'Intl'),
  ]),
  'no-restricted-properties': [
    'error',
    { object: 'Math', property: 'random', message: RANDOM },
    { property: 'localeCompare', message: LOCALE },
    { property: 'toLocaleString', message: LOCALE },
  ],
  'no-restricted-syntax': [
    'error',
    { selector: ':function[async=true]', message: `No async functions. ${TASKS}` },
    { selector: 'AwaitExpression', message: `No await. ${TASKS}` },
    { selector: 'ForOfStatement[await=true]', message: `No for await. ${TASKS}` },
    { selector: 'TSTypeReference > Identifier[name="Promise"]', message: `No promises. ${TASKS}` },
    dynamicImport,
    mathAlias,
    moduleState,
  ],
};

/** Results depend on arguments alone; a stored instant may be parsed. */
const pure = {
  ...noCodeFromText,
  'no-restricted-globals': restrictGlobals(impureGlobals),
  'no-restricted-properties': [
    'error',
    { object: 'Math', property: 'random', message: 'Pass the value in.' },
    { object: 'Date', property: 'now', message: 'Pass the instant in.' },
  ],
  'no-restricted-syntax': [
    'error',
    { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'Pass the instant in.' },
    { selector: 'CallExpression[callee.name="Date"]', message: 'Pass the instant in.' },
    dynamicImport,
    mathAlias,
    moduleState,
  ],
};

module.exports = [
  { files: ['orchestrations/**/*.ts', 'shared/domain/frozen/**/*.ts'], rules: replayed },
  {
    files: ['shared/contracts/**/*.ts', 'shared/domain/**/*.ts'],
    ignores: ['shared/domain/frozen/**'],
    rules: pure,
  },
];
