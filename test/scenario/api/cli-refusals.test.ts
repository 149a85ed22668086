import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
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
});
