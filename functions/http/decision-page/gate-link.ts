import { createHmac } from 'node:crypto';
import type { Gate } from '../../../shared/contracts/gate';
import type { Ledger } from '../../../shared/ledger/ledger';
import { equalSecrets } from '../edge/access-tokens';
import { makeLinkKey, readLinkKey } from './link-key';

type Keyed = Pick<Ledger, 'store' | 'clock'>;

export type LinkVerdict = 'valid' | 'expired' | 'forged';

const sign = (key: string, gateId: string, expires: string) =>
  createHmac('sha256', key).update(`gate-link/1:${gateId}:${expires}`).digest('base64url');

/** When a gate closes by itself. */
export const closesAt = ({ openedAt, timing }: Pick<Gate, 'openedAt' | 'timing'>): Date =>
  new Date(Date.parse(openedAt) + timing.expireAfterMs);

/**
 * The address of a gate's decision page, good until the gate closes. It names the gate and authorises nothing: the page asks who
 * is there.
 */
export async function gateLink(ledger: Keyed, publicUrl: string, gate: Gate): Promise<string> {
  const expires = String(Math.ceil(closesAt(gate).getTime() / 1_000));
  const signature = sign(await makeLinkKey(ledger), gate.id, expires);
  return `${publicUrl}/api/gates/${encodeURIComponent(gate.id)}/decide?link=${expires}.${signature}`;
}

/** Whether a link was made here for this gate, and is still good. */
export async function checkLink(ledger: Keyed, gateId: string, link: string): Promise<LinkVerdict> {
  const [expires = '', signature = ''] = link.split('.');
  const key = await readLinkKey(ledger);
  if (key === null || !equalSecrets(signature, sign(key, gateId, expires))) return 'forged';
  return Number(expires) * 1_000 <= ledger.clock.now().getTime() ? 'expired' : 'valid';
}
