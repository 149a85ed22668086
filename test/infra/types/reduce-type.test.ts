import { describe, expect, it } from '@jest/globals';
import { reduceType } from './reduce-type';
import type { Definition, FoundType } from './type-definitions';
import { newUsage, useJson } from './usage';

const ref = (index: number): { $ref: string } => ({ $ref: `#/${index}` });

/** A small type with each kind of thing that the public definitions are made of. */
const DEFINITIONS: readonly Definition[] = [
  { $type: 'StringType' },
  { $type: 'IntegerType' },
  { $type: 'StringLiteralType', value: 'Small' },
  { $type: 'StringLiteralType', value: 'Big' },
  { $type: 'UnionType', elements: [ref(2), ref(3)] },
  { $type: 'UnionType', elements: [ref(2), ref(0)] },
  { $type: 'ArrayType', itemType: ref(0) },
  {
    $type: 'ObjectType',
    properties: {
      name: { type: ref(0), flags: 1 },
      id: { type: ref(0), flags: 2 },
      size: { type: ref(4), flags: 0 },
      kind: { type: ref(5), flags: 0 },
      ranges: { type: ref(6), flags: 1 },
      backup: { type: ref(8), flags: 0 },
      tags: { type: ref(11), flags: 0 },
      untouched: { type: ref(1), flags: 0 },
    },
  },
  {
    $type: 'DiscriminatedObjectType',
    discriminator: 'type',
    baseProperties: { days: { type: ref(1), flags: 0 } },
    elements: { Continuous: ref(9), Periodic: ref(10) },
  },
  { $type: 'ObjectType', properties: { type: { type: ref(0), flags: 1 }, tier: { type: ref(0), flags: 0 } } },
  { $type: 'ObjectType', properties: { type: { type: ref(0), flags: 1 } } },
  { $type: 'ObjectType', properties: {}, additionalProperties: ref(0) },
];
const follow: FoundType['follow'] = ({ $ref }) => DEFINITIONS[Number($ref.slice(2))]!;
const type: FoundType = { body: DEFINITIONS[7]!, follow };

const reduce = (used: object): { shape: unknown; unknown: string[] } => {
  const usage = newUsage();
  useJson(usage, used);
  const unknown: string[] = [];
  return { shape: reduceType(type, usage, 'T', (path) => unknown.push(path)), unknown };
};

describe('R95 the extract of the public type definitions', () => {
  it('keeps what is used and what is required, and nothing else', () => {
    const { shape, unknown } = reduce({
      size: 'Big',
      backup: { type: 'Continuous', tier: 'x' },
      tags: { any: 'x' },
    });
    expect(unknown).toEqual([]);
    expect(shape).toEqual({
      fields: {
        name: 'string',
        size: { enum: ['Small', 'Big'] },
        ranges: { array: 'string' },
        backup: {
          by: 'type',
          base: {},
          cases: { Continuous: { fields: { type: 'string', tier: 'string' }, required: ['type'] } },
        },
        tags: { fields: {}, others: 'string' },
      },
      required: ['name', 'ranges'],
    });
  });

  it('marks what only the service sets, and lists of words that may grow', () => {
    expect(reduce({ id: 'x', kind: 'Small' }).shape).toMatchObject({
      fields: { kind: { enum: ['Small'], open: true } },
      readOnly: ['id'],
    });
  });

  it('refuses properties and kinds that the definitions do not have', () => {
    expect(reduce({ sise: 'Big', backup: { type: 'Hourly' } }).unknown).toEqual(['T.sise', 'T.backup.type']);
    expect(reduce({ backup: { type: 'Continuous', teer: 'x' } }).unknown).toEqual(['T.backup.teer']);
  });
});
