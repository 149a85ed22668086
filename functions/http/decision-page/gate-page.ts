import type { Gate } from '../../../shared/contracts/gate';
import type { Principal } from '../../../shared/contracts/principal';
import { html, NOTHING, type Html } from '../edge/html';
import { framePage } from '../edge/page-frame';
import { CHOICE_MEANINGS } from './choice-meanings';
import { closesAt } from './gate-link';

/** What the page shows of a gate to one person. */
export interface GateView {
  readonly gate: Gate;
  /** What it is about, in words: the wave, or the workload of a cutover. */
  readonly about: string;
  readonly principal: Principal;
  /** Why this person cannot decide it; null where they can. */
  readonly obstacle: string | null;
  readonly link: string;
  readonly csrf: string;
  /** What went wrong with the answer just sent, and what was typed. */
  readonly failed?: { readonly message: string; readonly typed: Readonly<Record<string, string>> };
}

/** The decision page: what is asked, by whom, over which plan, and one form to answer it. */
export function gatePage(view: GateView): string {
  const { gate, principal, obstacle, failed } = view;
  const alert =
    failed === undefined
      ? NOTHING
      : html`<p class="notice" role="alert" id="failure" tabindex="-1" autofocus>
          Not recorded: ${failed.message}
        </p>`;
  const rest = obstacle === null ? answerForm(view) : html`<p class="notice" role="status">${obstacle}</p>`;
  return framePage(
    `Decision: ${gate.gate}`,
    html`<h1>Decision: ${gate.gate}</h1>
      ${alert}
      <p class="pre">${gate.question}</p>
      ${facts(view)}${decisions(gate)}${rest}
      <p>Signed in as ${principal.displayName ?? principal.name} (${principal.roles.join(', ')}).</p>`,
  );
}

function facts({ gate, about }: GateView): Html {
  const rows: [string, Html][] = [
    ['About', html`${about}`],
    ['Stage', html`${gate.stage}`],
    ['Asked for by', html`${gate.requestedBy}`],
    ['Who decides', html`${gate.roles.join(gate.quorum === 'all' ? ' and ' : ' or ')}`],
    ['Plan hash', gate.planHash === null ? html`none` : html`<code>${gate.planHash}</code>`],
    ['Asked', instant(new Date(gate.openedAt))],
    ['Closes', instant(closesAt(gate))],
    ['Status', html`${gate.outcome === null ? gate.status : `${gate.status}: ${gate.outcome}`}`],
  ];
  return html`<dl>
    ${rows.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}

const instant = (date: Date) => {
  const text = date.toISOString();
  return html`<time datetime="${text}">${text.slice(0, 16).replace('T', ' ')} UTC</time>`;
};

function decisions({ decisions: made }: Gate): Html {
  if (made.length === 0) return NOTHING;
  const items = made.map(
    ({ by, byName, role, choice, reason, at }) =>
      html`<li>
        ${byName ?? by} (${role}): ${CHOICE_MEANINGS[choice].label}, ${instant(new Date(at))}. ${reason}
      </li>`,
  );
  return html`<h2>Answered so far</h2>
    <ul>
      ${items}
    </ul>`;
}

function answerForm({ gate, link, csrf, failed }: GateView): Html {
  const typed = failed?.typed ?? {};
  const choices = gate.choices.map((choice) => {
    const { label, effect } = CHOICE_MEANINGS[choice];
    const checked = typed['choice'] === choice ? html`checked` : NOTHING;
    return html`<div class="choice">
      <input
        type="radio"
        name="choice"
        id="choice-${choice}"
        value="${choice}"
        required
        aria-describedby="effect-${choice}"
        ${checked}
      />
      <label for="choice-${choice}">${label}</label>
      <small id="effect-${choice}">${effect}</small>
    </div>`;
  });
  const evidence = gate.choices.includes('confirm')
    ? textField(
        'evidence',
        'Evidence: what you saw, or where it is kept',
        typed['evidence'] ?? '',
        4_000,
        false,
      )
    : NOTHING;
  return html`<form method="post" action="/api/gates/${gate.id}/decide">
    <input type="hidden" name="link" value="${link}" />
    <input type="hidden" name="csrf" value="${csrf}" />
    <input type="hidden" name="planHash" value="${gate.planHash ?? ''}" />
    <fieldset>
      <legend>Your decision</legend>
      ${choices}
    </fieldset>
    ${textField('reason', 'Reason (kept in the log)', typed['reason'] ?? '', 2_000, true)}${evidence}
    <button type="submit">Record my decision</button>
  </form>`;
}

const textField = (name: string, label: string, value: string, maxLength: number, required: boolean) =>
  html`<div class="field">
    <label class="label" for="${name}">${label}</label>
    <textarea
      id="${name}"
      name="${name}"
      rows="3"
      maxlength="${maxLength}"
      ${required ? html`required` : NOTHING}
    >
${value}</textarea>
  </div>`;
