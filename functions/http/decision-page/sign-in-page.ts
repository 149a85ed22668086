import { html, NOTHING, type Html } from '../edge/html';
import { framePage } from '../edge/page-frame';
import type { HttpServices } from '../services';

/** Asks who is there, by every way there is. What the gate asks is shown only to those who may read it. */
export function signInPage(
  { identity }: Pick<HttpServices, 'identity'>,
  gateId: string,
  link: string,
  failure?: string,
): string {
  const alert = failure === undefined ? NOTHING : html`<p class="notice" role="alert">${failure}</p>`;
  return framePage(
    'Sign in',
    html`<h1>Sign in to decide</h1>
      ${alert}
      <p>
        A decision is asked for at gate <code>${gateId}</code>. Signing in says who you are; opening this page
        decides nothing.
      </p>
      ${identity.provider === null ? NOTHING : accountLink(gateId, link)}
      ${identity.ownTokens ? tokenForm(gateId, link) : NOTHING}`,
  );
}

const accountLink = (gateId: string, link: string): Html =>
  html`<p><a href="/api/gates/${gateId}/sign-in?link=${link}">Sign in with your work account</a></p>`;

const tokenForm = (gateId: string, link: string): Html =>
  html`<form method="post" action="/api/gates/${gateId}/sign-in">
    <input type="hidden" name="link" value="${link}" />
    <div class="field">
      <label class="label" for="token">Your token (begins with cw_)</label>
      <input id="token" name="token" type="password" required autocomplete="current-password" autofocus />
    </div>
    <button type="submit">Sign in</button>
  </form>`;
