import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { GuardName } from '../../../shared/contracts/itinerary';
import { checkGuards, type GuardFacts } from '../../../shared/domain/guards';
import { sampleCutover, sampleStoredWave } from '../../support/sample-cutover';
import { minutes, sampleWorkload, START } from '../../support/sample-plan';

const facts = (now: string, change: Parameters<typeof sampleStoredWave>[0] = {}): GuardFacts => ({
  now,
  wave: sampleStoredWave(change),
  cutover: sampleCutover(),
});
const codeOf = (name: GuardName, given: GuardFacts) => checkGuards([name], given)?.code ?? null;
const blackouts = [{ start: minutes(60), end: minutes(90), reason: 'month-end' }];

describe('guards', () => {
  it.each([
    [minutes(-1), 'window-not-open', START],
    [START, null, null],
    [minutes(599), null, null],
    [minutes(600), 'window-closed', null],
  ])('R43 at %s the half-open window says %s', (now, code, recheckAt) => {
    const refusal = checkGuards(['window'], facts(now));
    expect(refusal?.code ?? null).toBe(code);
    expect(refusal?.recheckAt ?? null).toBe(recheckAt);
  });

  it.each([
    [minutes(59), null, null],
    [minutes(60), 'blackout', minutes(90)],
    [minutes(90), null, null],
  ])('R40 R44 at %s the blackout says %s and when it is over', (now, code, recheckAt) => {
    const refusal = checkGuards(['blackout'], facts(now, { blackouts }));
    expect(refusal?.code ?? null).toBe(code);
    expect(refusal?.recheckAt ?? null).toBe(recheckAt);
  });

  it('R46 lets nothing pass whose change ticket is not approved', () => {
    expect(codeOf('changeTicket', facts(START))).toBeNull();
    for (const ticketState of ['none', 'pending', 'cancelled'] as const)
      expect(codeOf('changeTicket', facts(START, { changeTicket: 'CHG1', ticketState }))).toBe(
        'change-ticket',
      );
    expect(
      codeOf('changeTicket', facts(START, { changeTicket: 'CHG1', ticketState: 'approved' })),
    ).toBeNull();
  });

  it('R63 lets only that plan run which was approved', () => {
    expect(codeOf('planHash', facts(START))).toBeNull();
    expect(codeOf('planHash', facts(START, { approvedPlanHash: null }))).toBe('plan-not-approved');
    expect(codeOf('planHash', facts(START, { planHash: 'b'.repeat(64) }))).toBe('plan-changed');
    const both = { planHash: 'b'.repeat(64), approvedPlanHash: 'b'.repeat(64) };
    expect(codeOf('planHash', facts(START, both))).toBe('plan-changed');
  });

  it('R61 lets pass exactly while the window still holds the way back', () => {
    fc.assert(
      fc.property(fc.nat(700), fc.nat(700), (at, needed) => {
        const workload = sampleWorkload({ rollbackEstimateMs: needed * 60_000 });
        const given = { ...facts(minutes(at)), cutover: sampleCutover({ workload }) };
        expect(codeOf('rollbackFits', given)).toBe(600 - at >= needed ? null : 'rollback-does-not-fit');
      }),
    );
  });

  it('tells the first refusal in the order asked, and nothing where all agree', () => {
    const given = facts(minutes(700), { approvedPlanHash: null });
    expect(checkGuards(['planHash', 'window'], given)?.code).toBe('plan-not-approved');
    expect(checkGuards(['window', 'planHash'], given)?.code).toBe('window-closed');
    expect(checkGuards(GuardName.options, facts(START))).toBeNull();
    expect(checkGuards([], given)).toBeNull();
  });

  it('agrees about a whole wave with what only a cutover can break', () => {
    const { cutover: _cutover, ...wave } = facts(START);
    expect(checkGuards(GuardName.options, wave)).toBeNull();
  });
});
