/** Where this host differs from what was recorded, and what it comes to instead. */
export type KnownDifference =
  /** Azure hangs there, or gives tasks each other's results: here the instance fails, and says why. */
  | { readonly kind: 'refused'; readonly because: RegExp }
  /** Which of two requests sent together arrives first decides what comes out. */
  | { readonly kind: 'arrival'; readonly outputs: readonly string[] }
  /** Answers over HTTP differ by design; these are the statuses of ours, in order. */
  | { readonly kind: 'answers'; readonly statuses: readonly number[] };

const reuse = (task: string): KnownDifference => ({
  kind: 'refused',
  because: new RegExp(`the same task \\(${task}\\) was put to use twice`),
});
const noMessage: KnownDifference = {
  kind: 'refused',
  because: /it threw something that is no Error or has no message/,
};
const stuck: KnownDifference = { kind: 'refused', because: /it waits for nothing that could still happen/ };

export const KNOWN_DIFFERENCES: Readonly<Record<string, KnownDifference>> = {
  AllDone: reuse("CallActivity of 'Echo'"),
  AnyTimerTwice: reuse('CreateTimer'),
  AnyTwice: reuse("CallActivity of 'Slow'"),
  AnyTwiceThen: reuse("CallActivity of 'Slow'"),
  LoopThen: reuse("CallActivity of 'Slow'"),
  TimerTwiceFire: reuse('CreateTimer'),
  TimerTwiceThen: reuse('CreateTimer'),
  NoFn: { kind: 'refused', because: /no activity named 'Nope' is registered/ },
  NoFnSub: { kind: 'refused', because: /No orchestrator named 'Nope' is registered/ },
  RetryTimeout: stuck,
  SelfSub: { kind: 'refused', because: /has the instance id of its own parent/ },
  SubTwicePar: { kind: 'refused', because: /An orchestration with id 'par-\w+' already exists/ },
  ThrowEmpty: noMessage,
  ThrowObj: noMessage,
  ThrowStr: noMessage,
  ThrowUndef: stuck,
  CanEvBatch: { kind: 'arrival', outputs: ['"dropped"', '{"carried":"samebatch"}'] },
  EvSeqBatch: { kind: 'arrival', outputs: ['[1,2]', '[2,1]'] },
  // The parser's message; then which ids may be, and that a start names a registered orchestrator.
  EvNoData: { kind: 'answers', statuses: [400, 202] },
  Ids: {
    kind: 'answers',
    statuses: [400, 400, 400, 400, 400, 400, 202, 400, 400, 202, 202, 202, 400, 400, 202],
  },
};
