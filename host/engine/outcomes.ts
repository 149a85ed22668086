import type { EndStatus, RuntimeStatus } from './history';

/** What became of a wish to start an instance; only `started` has anything on disk. */
export type StartOutcome =
  | { readonly kind: 'started'; readonly instanceId: string }
  | { readonly kind: 'exists'; readonly instanceId: string; readonly status: RuntimeStatus }
  | { readonly kind: 'refused'; readonly message: string };

/** What became of a command; only `accepted` has anything on disk. */
export type CommandOutcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ended'; readonly status: EndStatus }
  | { readonly kind: 'refused'; readonly message: string };
