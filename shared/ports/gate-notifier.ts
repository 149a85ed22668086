import type { Gate } from '../contracts/gate';

/** What people are told about a gate, and where they decide it. */
export interface GateNotice {
  readonly kind: 'requested' | 'reminded' | 'escalated' | 'closed';
  readonly gate: Gate;
  /** What the gate is about, in words. */
  readonly about: string;
  /** Address of the decision page: it names the gate and authorises nothing. */
  readonly link: string;
  readonly closesAt: Date;
}

/** Tells people that a decision is asked of them, and how it was made. */
export interface GateNotifier {
  /**
   * Resolves `delivered` once the channel has confirmed; `unavailable` where none is set up. Throws on trouble: then nothing
   * was confirmed and the notice must be given again. May deliver twice, never silently not at all.
   */
  tellOfGate(notice: GateNotice): Promise<{ readonly kind: 'delivered' | 'unavailable' }>;
}
