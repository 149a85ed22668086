/**
 * A blob service that dies at one of its writes, before or after it took effect: what a killed process or a lost acknowledgement
 * leaves behind. Everything it lets through is real. It doesn't prove what happens when the machine itself goes down.
 */
import type { BlobTarget, BlobTargets } from '../../shared/ports/blob-target';

const WRITES = ['put', 'stageBlock', 'commitBlocks', 'setMetadata', 'remove'] as const;
type Write = (typeof WRITES)[number];
type Operation = Exclude<keyof BlobTarget, 'url' | 'list'>;

export class KilledError extends Error {
  override readonly name = 'KilledError';
}

/** Calls `around` for each operation but `list`; it decides whether and when the real one is done. */
export function intercepted(
  blobs: BlobTargets,
  around: (operation: Operation, name: string, real: () => unknown) => unknown,
): BlobTargets {
  const wrap = (target: BlobTarget): BlobTarget =>
    new Proxy(target, {
      get(object, property) {
        const value: unknown = Reflect.get(object, property, object);
        if (typeof value !== 'function' || property === 'list') return bound(value, object);
        return (...args: unknown[]) =>
          around(property as Operation, String(args[0]), () => Reflect.apply(value, object, args) as unknown);
      },
    });
  return {
    container: (name) => wrap(blobs.container(name)),
    throttledAnswers: () => blobs.throttledAnswers?.() ?? 0,
  };
}

const bound = (value: unknown, object: object): unknown =>
  typeof value === 'function' ? (value.bind(object) as unknown) : value;

const isWrite = (operation: Operation): operation is Write => WRITES.some((write) => write === operation);

/** Lets that many writes pass, then fails the next one and all later calls: nothing more comes from a dead process. */
export function failingAt(blobs: BlobTargets, writes: number, moment: 'before' | 'after'): BlobTargets {
  let passed = 0;
  let dead = false;
  return intercepted(blobs, async (operation, name, real) => {
    if (dead) throw new KilledError(`killed earlier: ${operation} ${name}`);
    if (!isWrite(operation)) return real();
    passed += 1;
    if (passed <= writes) return real();
    dead = true;
    if (moment === 'after') await real();
    throw new KilledError(`killed ${moment} ${operation} ${name}`);
  });
}

/** Counts the operations that reach the service. */
export function counting(blobs: BlobTargets): {
  blobs: BlobTargets;
  count: (operation: Operation) => number;
} {
  const counts = new Map<Operation, number>();
  return {
    blobs: intercepted(blobs, (operation, _, real) => {
      counts.set(operation, (counts.get(operation) ?? 0) + 1);
      return real();
    }),
    count: (operation) => counts.get(operation) ?? 0,
  };
}
