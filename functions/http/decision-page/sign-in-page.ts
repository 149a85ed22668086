import { html, NOTHING } from '../edge/html';
import { framePage } from '../edge/page-frame';

/** Asks who is there. What the gate asks is shown only to those who may read it. */
export function signInPage(gateId: string, link: string, failure?: string): string {
  const alert = failure === undefined ? NOTHING : html`<p class="notice" role="alert">${failure}</p>`;
  return framePage(
    'Sign in',
    html`<h1>Sign in to decide</h1>
      ${alert}
      <p>
        A decision is asked for at gate <code>${gateId}</code>. Your token says who you are; opening this page
        decides nothing.
      </p>
      <form method="post" action="/api/gates/${gateId}/sign-in">
        <input type="hidden" name="link" value="${link}" />
        <div class="field">
          <label class="label" for="token">Your token (begins with cw_)</label>
          <input id="token" name="token" type="password" required autocomplete="current-password" autofocus />
        </div>
        <button type="submit">Sign in</button>
      </form>`,
  );
}
