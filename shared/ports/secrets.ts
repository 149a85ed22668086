/** Secrets by name; values never enter documents, logs or engine payloads. */
export interface Secrets {
  /**
   * The current value. Throws `secret-missing` naming the secret (and never a value) where there is none, `secret-unavailable`
   * where that cannot be told for now.
   */
  read(name: string): Promise<string>;
}
