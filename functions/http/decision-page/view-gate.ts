import type { Gate } from '../../../shared/contracts/gate';
import { readCutover } from '../../../shared/ledger/cutovers';
import { readGate } from '../../../shared/ledger/gates';
import { readEnvironment } from '../../../shared/ledger/environments';
import type { Ledger } from '../../../shared/ledger/ledger';
import { readWave, shapersOf } from '../../../shared/ledger/waves';
import { gatePage, type GateView } from './gate-page';
import { csrfToken, type SignedIn } from './page-session';

/** Renders a gate for who is signed in. Throws `not-found`. */
export async function viewGate(
  ledger: Ledger,
  gateId: string,
  link: string,
  signedIn: SignedIn,
  failed?: GateView['failed'],
): Promise<string> {
  const { body: gate } = await readGate(ledger, gateId);
  const subject = await readSubject(ledger, gate);
  const { about } = subject;
  return gatePage({
    gate,
    about,
    principal: signedIn.principal,
    obstacle: obstacleOf(gate, signedIn, subject),
    link,
    csrf: csrfToken(signedIn, gateId),
    ...(failed === undefined ? {} : { failed }),
  });
}

export interface SubjectInWords {
  readonly about: string;
  /** Who shaped the plan, and so may not approve it. */
  readonly editors: readonly string[];
  /** Who alone speaks as the owner; null where no workload is asked about. */
  readonly owner: string | null;
}

/** What a gate is about, in words. */
export async function readSubject(
  ledger: Pick<Ledger, 'store'>,
  gate: Pick<Gate, 'subject'>,
): Promise<SubjectInWords> {
  const [kind, id] = gate.subject.split(':', 2) as [string, string];
  if (kind === 'wave') {
    const { body } = await readWave(ledger, id);
    return { about: `Wave ${body.name} (${id})`, editors: await shapersOf(ledger, body), owner: null };
  }
  if (kind === 'environment') {
    const { body } = await readEnvironment(ledger, id);
    return { about: `Environment ${id}, ${body.kind} of ${body.workloadId}`, editors: [], owner: null };
  }
  const { body } = await readCutover(ledger, id);
  return {
    about: `Workload ${body.workload.name} (${body.workloadId}) in wave ${body.waveId}`,
    editors: [],
    owner: body.workload.owner,
  };
}

/** Why a person cannot decide, said before they try; the ledger has the last word when they do. */
function obstacleOf(gate: Gate, { principal }: SignedIn, { editors, owner }: SubjectInWords): string | null {
  if (gate.status === 'expired') return 'Nobody answered in time: this gate has expired.';
  if (gate.status === 'withdrawn') return 'The question has lost its point: this gate was withdrawn.';
  if (gate.status === 'decided') return `This gate is decided: ${gate.outcome ?? ''}.`;
  if (!gate.roles.some((role) => principal.roles.includes(role))) {
    return `Deciding this needs the role ${gate.roles.join(' or ')}; you have ${principal.roles.join(', ')}.`;
  }
  const roles = principal.roles.filter((role) => role !== 'owner' || owner === principal.name);
  if (owner !== null && !gate.roles.some((role) => roles.includes(role)))
    return `The workload is owned by ${owner}, who answers for it.`;
  if (gate.decisions.some(({ by }) => by === principal.name))
    return 'You have answered; others still have to.';
  const shaped = gate.requestedBy === principal.name || editors.includes(principal.name);
  if (gate.choices.includes('approve') && shaped) {
    return 'You asked for this or shaped its plan: somebody else must decide it.';
  }
  return null;
}
