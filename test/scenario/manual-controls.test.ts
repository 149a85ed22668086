import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startCauseway, type Causeway } from '../support/causeway';

describe('a workload that only people can operate', () => {
  let causeway: Causeway;
  beforeAll(async () => {
    causeway = await startCauseway();
  });
  afterAll(() => causeway?.stop());

  it('R53 R86 R96 R105 R135 moves by their statements, each with evidence, name and question', async () => {
    const workload = await causeway.makeWorkload({
      id: 'by-hand',
      files: 4,
      plan: { controls: { kind: 'manual' }, acceptance: [], observationChecks: [], restore: true },
    });
    await causeway.beginWave('hands', [workload]);
    const cutover = await causeway.drive(causeway.cutoverIdOf('hands', workload));
    expect(cutover.status).toBe('completed');
    const source = Object.fromEntries(cutover.stages.map(({ name, evidence }) => [name, evidence?.source]));
    expect(source).toMatchObject({
      freeze: 'statement:Otto',
      'stop-source': 'statement:Otto',
      backup: 'files-mover',
      'verify-items': 'files-mover',
      restore: 'statement:Otto',
      'start-target': 'statement:Otto',
      validate: 'statement:Theo',
      'services-healthy': 'statement:Otto',
      redirect: 'statement:Otto',
      observe: 'statement:Otto',
    });
    const evidence = cutover.stages.find(({ name }) => name === 'stop-source')?.evidence;
    expect(evidence?.facts).toEqual({ evidence: 'Seen by Otto, kept in the binder' });
    const log = await causeway.log('cutovers', cutover.id);
    expect(
      log.find(
        ({ kind, facts }) =>
          kind === 'gate.requested' && facts['gateId'] === `cutover-${cutover.id}.stop-source.statement.1`,
      )?.summary,
    ).toContain('Confirm that nothing is in flight and nobody has access');
  });

  it('R53 R56 goes back by their statements too, and takes no statement without evidence', async () => {
    const workload = await causeway.makeWorkload({
      id: 'back-by-hand',
      files: 4,
      plan: { controls: { kind: 'manual' }, acceptance: [], observationChecks: [] },
    });
    await causeway.beginWave('hands-back', [workload]);
    const id = causeway.cutoverIdOf('hands-back', workload);
    const refused: number[] = [];
    const cutover = await causeway.drive(id, undefined, async (gate) => {
      if (gate.stage === 'freeze') {
        const bare = { choice: 'confirm', reason: 'Done' };
        const { status } = await causeway.send(
          causeway.people.operator,
          'POST',
          `gates/${gate.id}/answers`,
          bare,
        );
        refused.push(status);
      }
      if (gate.gate === 'sign-off') return 'reject';
      return gate.gate === 'rollback-decision' ? 'rollback' : undefined;
    });
    expect(refused[0]).toBe(400);
    expect(cutover.status).toBe('rolled-back');
    const log = await causeway.log('cutovers', id);
    expect(
      log
        .filter(({ kind }) => kind === 'stage.compensated')
        .map(({ facts, actor }) => [facts['stage'], actor]),
    ).toEqual([
      ['redirect', 'statement:Otto'],
      ['start-target', 'statement:Otto'],
      ['stop-source', 'statement:Otto'],
      ['freeze', 'statement:Otto'],
    ]);
    expect(log.find(({ kind }) => kind === 'rollback.verified')?.actor).toBe('statement:Otto');
  });
});
