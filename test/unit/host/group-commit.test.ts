import { describe, expect, it } from '@jest/globals';
import { GroupCommit } from '../../../host/storage/group-commit';

describe('GroupCommit', () => {
  it('writes what one turn adds in one transaction, and tells of it afterwards, in order', async () => {
    const order: string[] = [];
    const commits = new GroupCommit(
      (work) => {
        order.push('begin');
        work();
        order.push('commit');
      },
      () => {
        throw new Error('fatal');
      },
    );
    await Promise.all(
      ['a', 'b'].map(
        (name) =>
          new Promise<void>((resolve) =>
            commits.add(
              () => order.push(`write ${name}`),
              () => {
                order.push(`told ${name}`);
                resolve();
              },
            ),
          ),
      ),
    );
    expect(order).toEqual(['begin', 'write a', 'write b', 'commit', 'told a', 'told b']);
  });
});
