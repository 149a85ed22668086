import type { Ledger } from '../../shared/ledger/ledger';
import type { Secrets } from '../../shared/ports/secrets';

/** What the HTTP operations work with; the composition root fills it in. */
export interface HttpServices {
  readonly ledger: Ledger;
  readonly secrets: Secrets;
  /** Lines of an asset's item log (`ItemLogLine`), pass by pass; none where nothing was moved yet. */
  readonly itemLog: (cutoverId: string, assetId: string) => AsyncIterable<unknown>;
  readonly settings: HttpSettings;
}

export interface HttpSettings {
  /** Where people reach the service, with the scheme, without a trailing slash; known once the host listens. */
  publicUrl(): string;
  readonly version: string;
}
