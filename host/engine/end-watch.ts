/** Those who wait for the end of a running instance, by its id. */
export class EndWatch {
  private readonly waiting = new Map<string, Set<() => void>>();

  /** `told` is called when what the end left behind can be read. What is returned takes that back. */
  on(instanceId: string, told: () => void): () => void {
    const all = this.waiting.get(instanceId) ?? new Set();
    this.waiting.set(instanceId, all.add(told));
    return () => {
      all.delete(told);
      if (all.size === 0 && this.waiting.get(instanceId) === all) this.waiting.delete(instanceId);
    };
  }

  tell(instanceId: string): void {
    const all = this.waiting.get(instanceId);
    this.waiting.delete(instanceId);
    for (const told of all ?? []) told();
  }
}
