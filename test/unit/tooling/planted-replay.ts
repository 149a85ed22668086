/** What no orchestration may contain: the subject, the code, the rule, and what its message must propose instead. */
export const NOT_REPLAYABLE: readonly (readonly [
  subject: string,
  code: string,
  rule: string,
  advice: RegExp,
])[] = [
  ['new Date()', 'export const seen = new Date();', 'no-restricted-globals', /durable\.nowMs\(\)/],
  ['new Date(instant)', 'export const seen = new Date(0);', 'no-restricted-globals', /durable\.nowMs\(\)/],
  ['Date.now()', 'export const seen = Date.now();', 'no-restricted-globals', /durable\.nowMs\(\)/],
  ['Date under another name', 'export const Clock = Date;', 'no-restricted-globals', /durable\.nowMs\(\)/],
  [
    'globalThis.Date',
    'export const seen = globalThis.Date.now();',
    'no-restricted-globals',
    /durable\.nowMs\(\)/,
  ],
  ['global', 'export const seen = global;', 'no-restricted-globals', /Name what you need/],
  [
    'performance.now()',
    'export const seen = performance.now();',
    'no-restricted-globals',
    /durable\.nowMs\(\)/,
  ],
  ['Math.random()', 'export const seen = Math.random();', 'no-restricted-properties', /activity draw/],
  ["Math['random']", "export const seen = Math['random']();", 'no-restricted-properties', /activity draw/],
  ['{ random } = Math', 'export const { random } = Math;', 'no-restricted-properties', /activity draw/],
  ['Math under another name', 'export const numbers = Math;', 'no-restricted-syntax', /activity draw/],
  [
    'crypto.randomUUID()',
    'export const seen = crypto.randomUUID();',
    'no-restricted-globals',
    /activity draw/,
  ],
  ['setTimeout', 'export const seen = setTimeout;', 'no-restricted-globals', /durable timer/],
  ['setInterval', 'export const seen = setInterval;', 'no-restricted-globals', /durable timer/],
  ['setImmediate', 'export const seen = setImmediate;', 'no-restricted-globals', /durable timer/],
  ['queueMicrotask', 'export const seen = queueMicrotask;', 'no-restricted-globals', /durable timer/],
  [
    'AbortSignal.timeout',
    'export const seen = AbortSignal.timeout(1);',
    'no-restricted-globals',
    /durable timer/,
  ],
  ['fetch', 'export const seen = fetch;', 'no-restricted-globals', /activity/],
  ['process', 'export const seen = process.env;', 'no-restricted-globals', /activity/],
  ['Buffer', "export const seen = Buffer.from('');", 'no-restricted-globals', /activity/],
  ['console', 'export const seen = console;', 'no-restricted-globals', /activity/],
  ['require', "export const seen: unknown = require('./seen');", 'no-restricted-globals', /Import types/],
  ['import()', "export const seen = import('./clean');", 'no-restricted-syntax', /Import types/],
  ['Promise', 'export const seen = Promise.resolve(1);', 'no-restricted-globals', /Yield the durable task/],
  ['Promise as a type', 'export type Seen = Promise<1>;', 'no-restricted-syntax', /Yield the durable task/],
  ['async function', 'export async function seen() {}', 'no-restricted-syntax', /Yield the durable task/],
  ['async arrow', 'export const seen = async () => 1;', 'no-restricted-syntax', /Yield the durable task/],
  [
    'async method',
    'export const seen = { async get() {} };',
    'no-restricted-syntax',
    /Yield the durable task/,
  ],
  [
    'async generator',
    'export async function* seen() { yield 1; }',
    'no-restricted-syntax',
    /Yield the durable task/,
  ],
  ['await', 'export const seen = async () => { await 1; };', 'no-restricted-syntax', /No await/],
  [
    'for await',
    'export const seen = async (all: Iterable<1>) => { for await (const _ of all); };',
    'no-restricted-syntax',
    /No for await/,
  ],
  [
    'module state',
    'let runs = 0;\nexport const seen = () => ++runs;',
    'no-restricted-syntax',
    /local variable/,
  ],
  ['exported module state', 'export let runs = 0;', 'no-restricted-syntax', /local variable/],
  ['eval', "export const seen: unknown = eval('1');", 'no-eval', /eval/],
  ['new Function', "export const seen: unknown = new Function('return 1');", 'no-new-func', /Function/],
  ['Intl', "export const seen = new Intl.Collator('en');", 'no-restricted-globals', /ICU/],
  ['localeCompare', "export const seen = 'a'.localeCompare('b');", 'no-restricted-properties', /ICU/],
  ['toLocaleString', 'export const seen = (1).toLocaleString();', 'no-restricted-properties', /ICU/],
  ['WeakRef', 'export const seen = new WeakRef({});', 'no-restricted-globals', /ordinary reference/],
];

/** Everything an orchestration does need, and names that only look like the forbidden ones. */
export const REPLAYABLE = `
export interface Durable {
  nowMs(): number;
  timer(atMs: number): Generator<unknown, void>;
  readonly startedAt: Date;
}

const LIMITS = new Map([['hold', 3]]);

export function* planted(durable: Durable, input: { process: string; fetch: number[] }) {
  let waits = 0;
  const started: Date = durable.startedAt;
  const copy = structuredClone(input);
  for (const size of copy.fetch) waits = Math.max(waits, Math.ceil(size / 2));
  yield* durable.timer(durable.nowMs() + waits);
  const console = { crypto: copy.process.toUpperCase(), Date: started.getTime() };
  return { console, waits, limit: LIMITS.get('hold'), parsed: JSON.parse('1') as unknown };
}
`;

/** What neither contracts nor domain may contain: they depend on their arguments alone. */
export const IMPURE: readonly (readonly [subject: string, code: string, rule: string])[] = [
  ['new Date()', 'export const seen = new Date();', 'no-restricted-syntax'],
  ['Date()', 'export const seen = Date();', 'no-restricted-syntax'],
  ['Date.now()', 'export const seen = Date.now();', 'no-restricted-properties'],
  ['Math.random()', 'export const seen = Math.random();', 'no-restricted-properties'],
  ['process.env', 'export const seen = process.env;', 'no-restricted-globals'],
  ['fetch', 'export const seen = fetch;', 'no-restricted-globals'],
  ['crypto', 'export const seen = crypto.randomUUID();', 'no-restricted-globals'],
  ['setTimeout', 'export const seen = setTimeout;', 'no-restricted-globals'],
  ['module state', 'export let runs = 0;', 'no-restricted-syntax'],
];

/** A stored instant may be parsed where the result is not replayed. */
export const PURE = 'export const planted = (stored: string): number => new Date(stored).getTime();\n';
