import { problem } from '../edge/reply';
import type { HttpServices } from '../services';

export const FOREIGN_FORM = () => problem(403, 'forbidden', 'This form was not sent from our own page.');

/**
 * Whether a form came from our own page. Browsers say so with every POST; a client that says nothing is no browser and brings no
 * cookies of anybody else.
 */
export function isSameOrigin(services: HttpServices, headers: Headers, url: URL): boolean {
  const origin = headers.get('origin');
  if (origin !== null)
    return origin === url.origin || origin === new URL(services.settings.publicUrl()).origin;
  const site = headers.get('sec-fetch-site');
  return site === null || site === 'same-origin' || site === 'none';
}
