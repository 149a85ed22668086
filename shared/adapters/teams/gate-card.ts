import type { Choice } from '../../contracts/gate';
import type { GateNotice } from '../../ports/gate-notifier';
import { card, facts, paragraph, type AdaptiveCard, type CardElement } from './adaptive-card';
import { cut } from './fit-message';

const OPENING: Readonly<Record<GateNotice['kind'], string>> = {
  requested: 'Decision needed',
  reminded: 'Still waiting for a decision',
  escalated: 'Escalated: nobody has decided yet',
  closed: 'Decided',
};

const SHOWN_DECISIONS = 10;

const CHOSEN: Readonly<Record<Choice, string>> = {
  approve: 'approved',
  reject: 'rejected',
  confirm: 'confirmed',
  retry: 'chose to try again',
  resend: 'chose to send the differing rows anew',
  skip: 'chose to skip',
  rollback: 'chose to roll back',
  cancel: 'cancelled',
  continue: 'chose to go on',
};

/**
 * A gate as a card: what is asked or was decided, over which plan, until when. Its only button opens the decision page; a closed
 * gate has none. Texts longer than `maxTextLength` are cut.
 */
export function gateCard(notice: GateNotice, maxTextLength: number): AdaptiveCard {
  const { kind, gate, about, link } = notice;
  const short = (text: string) => cut(text, maxTextLength);
  const title = `${kind === 'closed' ? closing(notice) : OPENING[kind]}: ${GATE_WORDS[gate.gate]}`;
  const urgent = gate.gate === 'rollback-decision' || kind === 'escalated';
  const body: CardElement[] = [
    paragraph(short(about), urgent ? { color: 'attention' } : {}),
    paragraph(short(gate.question)),
    facts(factsOf(notice).map(([name, value]) => [name, short(value)])),
    ...gate.decisions
      .slice(-SHOWN_DECISIONS)
      .map(({ by, role, choice, reason }) =>
        paragraph(short(`${by} (${role}) ${CHOSEN[choice]}: ${reason}`)),
      ),
  ];
  const decide = { type: 'Action.OpenUrl', title: 'Open the decision page', url: link } as const;
  return card(title, body, kind === 'closed' ? [] : [decide]);
}

const GATE_WORDS: Readonly<Record<GateNotice['gate']['gate'], string>> = {
  'go-no-go': 'go or no-go',
  'sign-off': 'sign-off',
  standby: 'support standing by',
  statement: 'a statement',
  'runbook-approval': 'approval of a runbook step',
  'stage-failed': 'a stage has failed',
  'rollback-decision': 'roll back?',
  'wave-review': 'review of the wave',
  provision: 'provisioning of an environment',
  'environment-acceptance': 'acceptance of a test environment',
  'environment-checklist': 'an item of a checklist',
  cleanup: 'removal of an environment',
};

const closing = ({ gate }: GateNotice) =>
  gate.status === 'decided' ? OPENING.closed : `Gate ${gate.status}`;

function factsOf({ gate, kind, closesAt }: GateNotice): [string, string][] {
  const instant = (text: string) => `${text.slice(0, 16).replace('T', ' ')} UTC`;
  return [
    ['Stage', gate.stage],
    ['Asked for by', gate.requestedBy],
    ['Who decides', gate.roles.join(gate.quorum === 'all' ? ' and ' : ' or ')],
    ...(gate.planHash === null ? [] : [['Plan hash', gate.planHash] as [string, string]]),
    kind === 'closed'
      ? ['Outcome', gate.outcome ?? gate.status]
      : ['Closes', instant(closesAt.toISOString())],
  ];
}
