import { Choice, Gate } from '../../../shared/contracts/gate';
import { CliError, EXIT, usageError } from '../cli-error';
import { operand, optional, required, segment, type Command, type Invocation, type Shown } from '../command';
import { listAll } from '../list-all';

const COLUMNS = ['id', 'gate', 'status', 'roles', 'requestedBy', 'planHash'];

const answerCommand = (
  name: string,
  operands: string,
  summary: string,
  choose: (invocation: Invocation) => string,
): Command => ({
  name,
  operands: `${operands} --reason TEXT [--evidence TEXT] [--plan-hash HASH]`,
  summary,
  run: (invocation) => answer(invocation, choose(invocation)),
});

/** Gates: what people decide. */
export const decidingCommands: readonly Command[] = [
  {
    name: 'gates list',
    operands: '[--mine] [--status open|decided|expired|withdrawn]',
    summary: 'List gates, open ones unless said otherwise.',
    run: async (invocation) => {
      const query = new URLSearchParams({ top: '200', status: optional(invocation, 'status') ?? 'open' });
      if (invocation.options['mine'] === true) query.set('mine', 'true');
      const rows = await listAll(invocation.api(), `/api/gates?${query.toString()}`);
      return { kind: 'rows', columns: COLUMNS, rows, below: 'question' };
    },
  },
  {
    name: 'gates show',
    operands: 'ID',
    summary: 'Show a gate with its question and decisions.',
    run: async (invocation) => ({ kind: 'item', item: await readGate(invocation) }),
  },
  answerCommand('approve', 'GATE', 'Approve at a gate.', () => 'approve'),
  answerCommand('reject', 'GATE', 'Reject at a gate.', () => 'reject'),
  answerCommand('answer', `GATE ${Choice.options.join('|')}`, 'Give any other answer.', (invocation) =>
    operand(invocation, 1, 'the choice'),
  ),
];

async function readGate(invocation: Invocation): Promise<Gate> {
  const id = segment(operand(invocation, 0, 'the id of the gate'));
  return Gate.parse(await invocation.api().json('GET', `/api/gates/${id}`));
}

/** Never fills in the plan's hash by itself: it says that a person looked at that plan. */
async function answer(invocation: Invocation, choice: string): Promise<Shown> {
  const gate = await readGate(invocation);
  const planHash = optional(invocation, 'plan-hash');
  if (!gate.choices.some((offered) => offered === choice))
    throw usageError(`${gate.gate} takes ${gate.choices.join(', ')}, not ${choice}`);
  if (gate.planHash !== null && planHash === undefined) {
    const line = `this gate is over plan ${gate.planHash}: look at it, then repeat with --plan-hash and that hash`;
    throw new CliError(EXIT.usage, line);
  }
  const evidence = optional(invocation, 'evidence');
  if (choice === 'confirm' && evidence === undefined)
    throw usageError('--evidence is missing: state what you saw or where it is kept');
  const body = {
    choice,
    reason: required(invocation, 'reason'),
    ...(evidence === undefined ? {} : { evidence }),
    ...(planHash === undefined ? {} : { planHash }),
  };
  const answered = await invocation.api().json('POST', `/api/gates/${segment(gate.id)}/answers`, { body });
  return { kind: 'rows', columns: ['id', 'status', 'outcome'], rows: [Gate.parse(answered)] };
}
