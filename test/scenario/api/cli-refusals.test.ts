import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openGate } from '../../../shared/ledger/gates';
import { workloadInput } from '../../unit/http/samples';
import { makeCliWorld, type CliWorld } from './cli-world';

let cli: CliWorld;
beforeEach(async () => {
  cli = await makeCliWorld();
});
afterEach(() => cli.close());

describe('what the command line says to a refusal', () => {
  it('R5 shows every field at fault with its value, and of which workload in which file', async () => {
    const wrong = { ...workloadInput('blog'), criticality: 'extreme', environment: 'prod', colour: 'red' };
    const path = cli.file('workloads.json', [workloadInput('news'), wrong]);
    const { exitCode, out, error } = await cli.run(cli.world.lead, 'workloads', 'import', path);
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    const [first, ...fields] = error.trimEnd().split('\n');
    expect(first).toBe(`causeway: ${path}: blog: these fields are not as they must be (400 invalid-input)`);
    expect(fields).toEqual([
      expect.stringMatching(/^ {2}criticality: .*"mission-critical"; it is "extreme"$/),
      expect.stringMatching(/^ {2}environment: .*"production".*; it is "prod"$/),
    ]);
  });

  it('shows one field at fault on the same line, with its value', async () => {
    const made = await cli.run(cli.world.lead, 'token', 'create', '--name', 'Nora', '--role', 'king');
    expect(made.exitCode).toBe(1);
    expect(made.error).toMatch(
      /^causeway: roles\[0\]: [^\n]*approver[^\n]*; it is "king" \(400 invalid-input\)\n$/,
    );
  });

  it('R64 says that an open gate does not take what was ordered, and what it takes', async () => {
    const { world } = cli;
    const ran = await cli.run(world.operator, 'command', world.cutoverId, 'resend', '--reason', 'Again');
    expect(ran).toMatchObject({ exitCode: 1, out: '' });
    expect(ran.error).toContain(
      'go-no-go is open: resend is no answer to it; it takes approve, reject, from the roles approver',
    );
  });

  it('R63 refuses an answer that a gate does not take before it asks for the hash of the plan', async () => {
    const { world } = cli;
    for (const choice of ['perhaps', 'retry']) {
      const ran = await cli.run(world.approver, 'answer', world.gate.id, choice, '--reason', 'Well');
      expect(ran).toMatchObject({ exitCode: 2, out: '' });
      expect(ran.error).toContain(`takes approve, reject, not ${choice}`);
      expect(ran.error).not.toContain(world.gate.planHash);
    }
  });

  it('R63 names the option that a statement needs', async () => {
    const { world } = cli;
    const gate = await openGate(world.api.services.ledger, {
      ...{ subject: `cutover:${world.cutoverId}`, gate: 'statement', stage: 'backup', attempt: 1 },
      ...{
        question: 'Is there a backup?',
        choices: ['confirm', 'reject'],
        roles: ['operator'],
        quorum: 'any',
      },
    });
    const ran = await cli.run(world.operator, 'answer', gate.id, 'confirm', '--reason', 'Saw it');
    expect(ran).toMatchObject({ exitCode: 2, out: '' });
    expect(ran.error).toContain('--evidence is missing: state what you saw or where it is kept');
    const evidence = ['--evidence', 'backup 12 in the vault'];
    const stated = await cli.run(world.operator, 'answer', gate.id, 'confirm', '--reason', 'x', ...evidence);
    expect(stated).toMatchObject({ exitCode: 0, error: '' });
  });
});
