import type { Notice } from '../contracts/notice';

/** Tells people. */
export interface Notifier {
  /**
   * `delivered` names the channel that confirmed. `unavailable` where no channel is set up: then a person tells them and says so.
   * Throws on transient trouble. May deliver twice after a crash, never silently not at all.
   */
  notify(
    notice: Notice,
  ): Promise<{ readonly kind: 'delivered'; readonly via: string } | { readonly kind: 'unavailable' }>;
}
