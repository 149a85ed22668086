/** Listeners of every store in this process, by file: two instances on one file wake each other's. */
const listenersByFile = new Map<string, Set<() => void>>();

/** Returns what ends it. */
export function listenToFile(file: string, listener: () => void): () => void {
  const listeners = listenersByFile.get(file) ?? new Set();
  listenersByFile.set(file, listeners);
  // A wrapper, so that a listener added twice is two registrations.
  const registration = () => listener();
  listeners.add(registration);
  return () => {
    listeners.delete(registration);
    if (listeners.size === 0) listenersByFile.delete(file);
  };
}

/** A listener that throws surfaces as an uncaught exception: it can fail neither the commit nor other listeners. */
export function wakeListeners(file: string): void {
  for (const listener of listenersByFile.get(file) ?? []) queueMicrotask(listener);
}
