import { createHash } from 'node:crypto';
import type { ControlOperation, ControlReply, ControlRequest, Side } from '../../shared/contracts/controls';
import type { AppConfig } from './app-config';
import type { AppState, AppStateFile } from './app-state';
import type { AppStorage } from './app-storage';

export interface App {
  readonly config: AppConfig;
  readonly file: AppStateFile;
  readonly storages: Readonly<Record<Side, AppStorage>>;
  /** Requests under way, by side. */
  readonly inFlight: Record<Side, number>;
}

type Result =
  /** `more` are fields of the reply beyond the state of the side. */
  | { readonly kind: 'done'; readonly changes?: Partial<AppState>; readonly more?: Partial<ControlReply> }
  | { readonly kind: 'declined'; readonly detail: string }
  | { readonly kind: 'later' };

type Operation = (app: App, request: ControlRequest) => Promise<Result>;

/**
 * Does one control operation, once per idempotency key: a key that was answered is answered the same way. Null: not finished,
 * ask again. Change and reply are one write, so a crash leaves an operation either done and answerable or to be done again.
 */
export async function perform(
  app: App,
  operation: ControlOperation,
  request: ControlRequest,
): Promise<ControlReply | null> {
  const key = `${operation}:${request.idempotencyKey}`;
  const known = app.file.state.replies[key];
  if (known !== undefined) return known;
  const result = await OPERATIONS[operation](app, request);
  if (result.kind === 'later') return null;
  const next = { ...app.file.state, ...(result.kind === 'done' && result.changes) };
  const reply = replyOf(next, app.inFlight[request.side], request.side, result);
  app.file.save({ ...next, replies: { ...next.replies, [key]: reply } });
  return reply;
}

/** New requests are refused from here on; what is under way ends first. */
const stop: Operation = async (app, { side }) => {
  const changes = withSide(app.file.state, side, { serving: false, writable: false });
  app.file.save(changes);
  return app.inFlight[side] > 0 ? { kind: 'later' } : { kind: 'done', changes };
};

const start: Operation = async (app, { side, writable = false }) => {
  const healthy = await isHealthy(app, side);
  if (writable && app.file.state.sides[other(side)].writable)
    return declined(`the ${other(side)} takes writes; two writable sides would part`);
  const startupLog = [
    `opened ${app.storages[side].address}`,
    `${app.config.knownFiles.length} known files ${healthy ? 'read and right' : 'NOT readable'}`,
    writable ? 'takes writes' : 'read-only',
  ];
  const changes = withSide(app.file.state, side, { serving: true, writable });
  return { kind: 'done', changes, more: { healthy, startupLog } };
};

/** The side that users leave takes no more writes; the one they come to does if it is serving. */
const switchUsers: Operation = async (app, { side, configuration }) => {
  if (configuration !== undefined && configuration['activeSide'] !== side)
    return declined(`the configuration to restore is not one of the ${side}`);
  const { activeSide, sides } = app.file.state;
  const left = { ...sides[other(side)], writable: false };
  const reached = { ...sides[side], writable: sides[side].serving };
  return {
    kind: 'done',
    changes: {
      activeSide: side,
      sides: side === 'source' ? { source: reached, target: left } : { source: left, target: reached },
    },
    more: {
      configurationBefore: configurationOf(app, activeSide),
      configurationAfter: configurationOf(app, side),
    },
  };
};

/** Blobs need no import; what was copied must be readable where it is. */
const restore: Operation = async (app, { side }) =>
  (await isHealthy(app, side)) ? { kind: 'done' } : declined('the copied files cannot be read back');

const OPERATIONS: Readonly<Record<ControlOperation, Operation>> = {
  freeze: async () => ({ kind: 'done', changes: { frozen: true } }),
  unfreeze: async () => ({ kind: 'done', changes: { frozen: false } }),
  status: async () => ({ kind: 'done' }),
  health: async (app, { side }) => ({ kind: 'done', more: { healthy: await isHealthy(app, side) } }),
  restore,
  stop,
  start,
  switch: switchUsers,
};

/** Reads the known files to their last byte. */
export async function isHealthy(app: App, side: Side): Promise<boolean> {
  const checks = app.config.knownFiles.map(async ({ path, sha256 }) => {
    const found = await app.storages[side].read(path);
    if (found === null) return false;
    const hash = createHash('sha256');
    for await (const chunk of found.content) hash.update(chunk as Buffer);
    return hash.digest('hex') === sha256;
  });
  const settled = await Promise.allSettled(checks);
  return settled.every((check) => check.status === 'fulfilled' && check.value);
}

function replyOf(
  { activeSide, sides }: AppState,
  inFlight: number,
  side: Side,
  result: Exclude<Result, { kind: 'later' }>,
): ControlReply {
  return {
    ok: result.kind === 'done',
    detail: result.kind === 'declined' ? result.detail : '',
    side,
    ...sides[side],
    inFlight,
    healthy: true,
    activeSide,
    ...(result.kind === 'done' && result.more),
  };
}

const configurationOf = (app: App, side: Side) => ({ activeSide: side, storage: app.storages[side].address });

const withSide = ({ sides }: AppState, side: Side, state: AppState['sides'][Side]): Partial<AppState> => ({
  sides: { ...sides, [side]: state },
});

const other = (side: Side): Side => (side === 'source' ? 'target' : 'source');

const declined = (detail: string): Result => ({ kind: 'declined', detail });
