import { expect, it } from '@jest/globals';
import { activityFailure, childFailure, orchestratorFailure } from '../../../host/engine/failures';
import { reasonOf } from '../../../orchestrations/reason-of';

/** As the SDK joins them. */
const thrown = ({ reason, details }: { reason: string; details: string }) =>
  new Error(`${reason} \n ${details}`);
const refused = new Error('connect ECONNREFUSED 127.0.0.1:1');

it('R133 tells people what an activity failed with, and nothing of the engine', () => {
  expect(reasonOf(thrown(activityFailure('performWork', refused)))).toBe(refused.message);
});

it('R133 tells the same of an activity that a child orchestration called', () => {
  const { message } = thrown(activityFailure('planPass', refused));
  const child = thrown(childFailure('transfer', orchestratorFailure('transfer', message)));
  expect(reasonOf(child)).toBe(refused.message);
});

it('R133 keeps all lines of a reason, and what comes from no engine as it is', () => {
  const lines = new Error('first\n{"second": true}');
  expect(reasonOf(thrown(activityFailure('performWork', lines)))).toBe(lines.message);
  expect(reasonOf(lines)).toBe(lines.message);
  expect(reasonOf('plain')).toBe('plain');
  expect(reasonOf(new Error('x'.repeat(3_000)))).toHaveLength(2_000);
});

it('R133 says so where nothing is left', () => {
  expect(reasonOf(thrown(activityFailure('performWork', new Error(''))))).toBe(
    'it failed without saying why',
  );
});
