import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { assetProblem, overlapAmong, overlapBetween } from '../../../shared/domain/target-overlap';
import { sampleWorkload } from '../../support/sample-plan';

type Place = readonly [container: string, prefix: string];
const workload = (id: string, ...places: Place[]) =>
  sampleWorkload({
    id,
    assets: places.map(([container, prefix], index) => ({
      id: `a${index}`,
      kind: 'files' as const,
      root: '/srv',
      container,
      prefix,
    })),
  });

describe('targets', () => {
  it.each<[Place, Place, boolean]>([
    [['one', ''], ['one', ''], true],
    [['one', ''], ['one', 'a/'], true],
    [['one', 'a/b/'], ['one', 'a/'], true],
    [['one', 'a/'], ['one', 'ab/'], false],
    [['one', 'a/'], ['one', 'A/'], false],
    [['one', 'a/'], ['two', 'a/'], false],
  ])('%j and %j overlap: %s', (a, b, overlap) => {
    expect(overlapAmong([workload('shop', a), workload('blog', b)]) !== null).toBe(overlap);
    expect(overlapBetween(workload('blog', b), workload('shop', a)) !== null).toBe(overlap);
    expect(assetProblem(workload('shop', a, b)) !== null).toBe(overlap);
  });

  it('overlap exactly where a blob could belong to both', () => {
    const part = fc.constantFrom('a/', 'b/', 'ab/');
    const prefix = fc.array(part, { maxLength: 3 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(prefix, prefix, (a, b) => {
        const names = [`${a}x`, `${b}x`];
        const shared = names.some((name) => name.startsWith(a) && name.startsWith(b));
        expect(overlapAmong([workload('shop', ['one', a]), workload('blog', ['one', b])]) !== null).toBe(
          shared,
        );
      }),
    );
  });

  it.each([
    ['assets[2].prefix', workload('shop', ['one', 'a/'], ['two', ''], ['one', 'a/b/'])],
    ['assets[1].container', workload('shop', ['one', ''], ['one', ''])],
  ])('of one workload name the field %s', (field, given) => {
    expect(assetProblem(given)?.field).toBe(field);
  });

  it('an id given to two assets of a workload is named too', () => {
    const given = workload('shop', ['one', ''], ['two', '']);
    const twice = { ...given, assets: given.assets.map((asset) => ({ ...asset, id: 'files' })) };
    expect(assetProblem(twice)).toEqual({ field: 'assets[1].id', problem: 'is the id of assets[0] too' });
  });

  it('lets no two assets be moved by one runbook, whatever its case', () => {
    const plan = (id: string, name: string) => ({
      id,
      kind: 'runbook' as const,
      runbook: {
        service: 'azure-migrate' as const,
        migrateProjectId: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Migrate/migrateProjects/p',
        name,
      },
    });
    const both = sampleWorkload({ assets: [plan('a', 'Servers'), plan('b', 'servers')] });
    expect(assetProblem(both)?.field).toBe('assets[1].runbook');
    const [shop, blog] = ['shop', 'blog'].map((id) => sampleWorkload({ id, assets: [plan('a', 'servers')] }));
    expect(overlapBetween(shop!, blog!)).not.toBeNull();
  });
});
