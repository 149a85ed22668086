import { setTimeout as sleep } from 'node:timers/promises';
import { MigrateRunbook, MigrateSpec, MigrateWave } from '../../contracts/azure-migrate';
import type { ArmClient, ArmOperation, ArmReply } from './arm-client';
import { ArmError } from './arm-error';
import { jsonFileIn, signedDownload, signedUrlIn } from './signed-download';

/** Runbooks, their runs and their artifacts answer at this version alone. */
export const RUNBOOK_VERSION = '2020-06-01-preview';
const WAVE_VERSION = '2026-06-01-preview';
/** Operations of runbooks are looked at in this version, whatever version their address repeats. */
const WAVE_OPERATIONS_VERSION = '2025-03-30-preview';

/** An operation that takes longer than this shows in the state of what it changes. */
const PATIENCE_MS = 30_000;
/** What one look counts for at least: an operation that names no wait is not asked for ever. */
const SHORTEST_LOOK_MS = 100;

/** The same operation at the version its status can be asked in: the address repeats the request's, which is not served there. */
export const atWaveOperations = (operation: ArmOperation): ArmOperation => {
  const url = new URL(operation.url);
  url.searchParams.set('api-version', WAVE_OPERATIONS_VERSION);
  return { ...operation, url: url.href };
};

export type Ended =
  | { readonly kind: 'succeeded'; readonly body: unknown }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'running' };

/** Follows an operation to its end, as long as that comes soon. */
export const followSoon = async (client: ArmClient, operation: ArmOperation): Promise<Ended> => {
  let left = PATIENCE_MS;
  for (let next = operation; ;) {
    await sleep(Math.min(next.retryAfterMs, left));
    left -= Math.max(next.retryAfterMs, SHORTEST_LOOK_MS);
    const progress = await client.follow(next);
    if (progress.kind === 'succeeded') return progress;
    if (progress.kind === 'failed')
      return { kind: 'failed', reason: `${progress.armCode}: ${progress.message}` };
    if (left <= 0) return { kind: 'running' };
    next = { ...progress.operation, url: operation.url };
  }
};

/** A migrate project's waves, runbooks and their definitions, over Resource Manager. */
export class AzureMigrateProject {
  constructor(
    private readonly client: ArmClient,
    /** Resource id, from `/subscriptions/` on. */
    readonly id: string,
  ) {}

  runbookPath(name: string): string {
    return `${this.id}/runbooks/${encodeURIComponent(name)}`;
  }

  /** Throws `not-found`. */
  async runbook(name: string): Promise<MigrateRunbook> {
    const path = this.runbookPath(name);
    const { body } = await this.client.send({ method: 'GET', path, apiVersion: RUNBOOK_VERSION });
    return MigrateRunbook.parse(body);
  }

  async runbooks(): Promise<MigrateRunbook[]> {
    const path = `${this.id}/runbooks`;
    const items = await this.client.list({ method: 'GET', path, apiVersion: RUNBOOK_VERSION });
    return items.map((item) => MigrateRunbook.parse(item));
  }

  /** Throws `not-found`. */
  async wave(name: string): Promise<MigrateWave> {
    const path = `${this.id}/waves/${encodeURIComponent(name)}`;
    const { body } = await this.client.send({ method: 'GET', path, apiVersion: WAVE_VERSION });
    return MigrateWave.parse(body);
  }

  /** What a runbook consists of; null where it was not generated yet. The signed address stands in the operation's last answer. */
  async spec({ properties }: MigrateRunbook): Promise<MigrateSpec | null> {
    const { artifactId } = properties;
    if (!artifactId) return null;
    const artifact = artifactId.startsWith('/') ? artifactId : `${this.id}/artifacts/${artifactId}`;
    const reply = await this.client.send({
      method: 'POST',
      path: `${artifact}/generateDownloadUrl`,
      apiVersion: RUNBOOK_VERSION,
      body: { mode: 'Directory' },
    });
    const url = signedUrlIn(await this.#lastBody(reply));
    const content = url === null ? null : await signedDownload(url);
    const spec = content === null ? undefined : jsonFileIn(content, 'spec.json');
    return spec === undefined ? null : MigrateSpec.parse(spec);
  }

  /** The operation of an artifact is asked for at its own address, as it is. */
  async #lastBody({ body, operation }: ArmReply): Promise<unknown> {
    if (operation === null || signedUrlIn(body) !== null) return body;
    const ended = await followSoon(this.client, operation);
    if (ended.kind === 'succeeded') return ended.body;
    const message = ended.kind === 'failed' ? ended.reason : 'not ready yet';
    throw new ArmError({ status: 503, armCode: 'ArtifactNotReady', message, retryAfterMs: null });
  }
}
