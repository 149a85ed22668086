import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { makeWorld, type World } from './world';

describe('dead letters over HTTP', () => {
  let world: World;
  beforeEach(async () => {
    world = await makeWorld();
    world.api.buryEvents('teams', 3);
  });
  afterEach(() => world.api.close());

  const list = (query: Record<string, string> = {}, headers = world.viewer) =>
    world.api.call('listDeadLetters', { query: { subscription: 'teams', ...query }, headers });
  const replay = (sequenceNumber: string, headers: Record<string, string> = world.operator) =>
    world.api.call('replayDeadLetter', { params: { subscription: 'teams', sequenceNumber }, headers });

  it('are listed page by page', async () => {
    const first = await list({ top: '2' });
    expect(first).toMatchObject({ status: 200, json: { value: [{ eventId: 'e1' }, { eventId: 'e2' }] } });
    const continuation =
      new URL(String(first.json.nextLink), 'http://x').searchParams.get('continuation') ?? '';
    const second = await list({ top: '2', continuation });
    expect(second.json.value).toMatchObject([{ eventId: 'e3' }]);
    expect(second.json.nextLink).toBeUndefined();
  });

  it('are delivered again for an operator, once for each Idempotency-Key', async () => {
    const [, letter] = (await list()).json.value;
    const headers = { ...world.operator, 'idempotency-key': 'again-1' };
    const answers = [
      await replay(String(letter.sequenceNumber), headers),
      await replay(String(letter.sequenceNumber), headers),
    ];
    expect(answers.map(({ status, json }) => [status, json])).toEqual(
      [1, 2].map(() => [200, { subscription: 'teams', sequenceNumber: letter.sequenceNumber }]),
    );
    expect((await list()).json.value).toMatchObject([{ eventId: 'e1' }, { eventId: 'e3' }]);
    expect(await replay(String(letter.sequenceNumber))).toMatchObject({
      status: 404,
      json: { code: 'not-found' },
    });
  });

  it('are not delivered again for somebody who only reads', async () => {
    const [letter] = (await list()).json.value;
    expect(await replay(String(letter.sequenceNumber), world.viewer)).toMatchObject({ status: 403 });
    expect((await list()).json.value).toHaveLength(3);
  });

  it('of a subscription that is not there are not found; one without a name is refused', async () => {
    expect(await list({ subscription: 'nobody' })).toMatchObject({
      status: 404,
      json: { code: 'not-found' },
    });
    expect(await list({ subscription: '../x' })).toMatchObject({ status: 400 });
    expect(await list({ continuation: 'abc' })).toMatchObject({ status: 400 });
  });
});
