import type { Choice, Gate } from '../../shared/contracts/gate';
import type { Role } from '../../shared/contracts/principal';
import type { ApiClient, Person } from './api-client';
import type { View } from './events';

/** What is answered where nobody is asked, and offered first where somebody is: go on; where that is no choice, go back. */
const PREFERENCE: readonly Choice[] = [
  'approve',
  'confirm',
  'continue',
  'rollback',
  'cancel',
  'skip',
  'reject',
  'retry',
];

/** Answers gates in the name of the people whose roles they ask for, each gate and role once. */
export class Gatekeeper {
  readonly #answered = new Set<string>();

  constructor(
    private readonly api: Pick<ApiClient, 'openGates' | 'answer'>,
    private readonly people: ReadonlyMap<Role, Person>,
    private readonly view: View,
    /** What this demo has its people answer instead; undefined: as usual. */
    private readonly decide: (gate: Gate) => Choice | undefined = () => undefined,
  ) {}

  /** True where something was answered. */
  async answerOpenGates(): Promise<boolean> {
    const viewer = [...this.people.values()][0];
    if (viewer === undefined) throw new Error('There is nobody to answer gates');
    let answered = false;
    for (const gate of await this.api.openGates(viewer)) {
      for (const role of rolesToAsk(gate)) {
        const after = await this.#answer(gate, role);
        answered ||= after !== null;
        if (after !== null && after.status !== 'open') break;
      }
    }
    return answered;
  }

  /** The gate as it is then; null where nothing was answered. */
  async #answer(gate: Gate, role: Role): Promise<Gate | null> {
    const person = this.people.get(role);
    const key = `${gate.id} ${role}`;
    if (person === undefined || this.#answered.has(key)) return null;
    this.#answered.add(key);
    const { id, subject, question, choices } = gate;
    this.view.emit({ event: 'gate', gate: id, subject, kind: gate.gate, question, choices, roles: [role] });
    const { choice, reason } = await this.#decide(gate, person);
    const after = await this.api.answer(person, gate, {
      choice,
      reason,
      ...(choice === 'confirm' && { evidence: `Seen by ${person.name} in the demo's output` }),
      ...(gate.planHash !== null && { planHash: gate.planHash }),
    });
    this.view.emit({ event: 'decision', gate: id, by: `${person.name} (${role})`, choice, reason });
    return after;
  }

  async #decide(gate: Gate, { name, role }: Person): Promise<{ choice: Choice; reason: string }> {
    const usual = PREFERENCE.find((choice) => gate.choices.includes(choice)) ?? gate.choices[0];
    const preferred = this.decide(gate) ?? usual;
    if (preferred === undefined) throw new Error(`Gate ${gate.id} has no choices`);
    if (this.view.ask === null) return { choice: preferred, reason: `Agreed for the demo: ${preferred}` };
    for (;;) {
      const options = gate.choices.map((choice) => (choice === preferred ? choice.toUpperCase() : choice));
      const typed = (await this.view.ask(`    As ${name} (${role}): ${options.join(' / ')}? `))
        .trim()
        .toLowerCase();
      const choice = typed === '' ? preferred : gate.choices.find((candidate) => candidate.startsWith(typed));
      if (choice !== undefined) return { choice, reason: 'Decided at the terminal' };
    }
  }
}

/** Where any answer decides, the first role; where all must agree, those that have not spoken. */
function rolesToAsk({ roles, quorum, decisions }: Gate): readonly Role[] {
  if (quorum === 'any') return roles.slice(0, 1);
  return roles.filter((role) => !decisions.some((decision) => decision.role === role));
}
