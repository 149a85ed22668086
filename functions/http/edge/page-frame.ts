import { createHash } from 'node:crypto';
import type { Problem } from '../../../shared/contracts/problem';
import { Html, html } from './html';

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 42rem; padding: 1.5rem; }
h1 { font-size: 1.4rem; line-height: 1.25; }
dt { font-weight: 600; margin-top: .75rem; }
dd { margin: 0; overflow-wrap: anywhere; }
code { font-size: .9rem; overflow-wrap: anywhere; }
fieldset { border: 1px solid; border-radius: .4rem; margin: 1.5rem 0; padding: 1rem; }
legend, .label { font-weight: 600; }
.choice { display: grid; gap: 0 .6rem; grid-template-columns: auto 1fr; margin: .6rem 0; }
.choice small { grid-column: 2; }
.field { display: grid; gap: .25rem; margin: 1rem 0; }
input, textarea, button { font: inherit; padding: .5rem; }
button { border: 2px solid; border-radius: .4rem; cursor: pointer; font-weight: 600; padding: .6rem 1.2rem; }
:focus-visible { outline: 3px solid #0b62d6; outline-offset: 2px; }
.notice { border-left: .4rem solid; margin: 1rem 0; padding: .25rem 1rem; }
.pre { white-space: pre-wrap; }
`;

/** Exactly what the hash is of. */
const STYLE_ELEMENT = new Html(`<style>${STYLE}</style>`);
const styleHash = createHash('sha256').update(STYLE).digest('base64');

/** No script, nothing from elsewhere, never in a frame; forms go home, and only home learns where they came from. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
};

/** A whole page around its content. */
export const framePage = (title: string, content: Html): string =>
  `<!doctype html>${
    html`<html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Causeway</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        <main>${content}</main>
      </body>
    </html>`.text
  }`;

/** A refusal as a page, for people who came with a browser. */
export const problemPage = ({ title, detail, code, instance }: Problem): string =>
  framePage(
    title,
    html`<h1>${title}</h1>
      <p class="notice" role="alert">${detail}</p>
      <p>Code: <code>${code}</code>. Occurrence: <code>${instance}</code>.</p>`,
  );
