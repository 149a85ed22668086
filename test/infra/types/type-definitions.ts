import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One entry of a types.json of Azure/bicep-types-az, as far as it is read here. */
export type Definition =
  | { readonly $type: 'AnyType' | 'BooleanType' | 'IntegerType' | 'NullType' | 'StringType' }
  | { readonly $type: 'StringLiteralType'; readonly value: string }
  | { readonly $type: 'UnionType'; readonly elements: readonly Reference[] }
  | { readonly $type: 'ArrayType'; readonly itemType: Reference }
  | {
      readonly $type: 'ObjectType';
      readonly properties: Readonly<Record<string, Property>>;
      readonly additionalProperties?: Reference;
    }
  | {
      readonly $type: 'DiscriminatedObjectType';
      readonly discriminator: string;
      readonly baseProperties: Readonly<Record<string, Property>>;
      readonly elements: Readonly<Record<string, Reference>>;
    }
  | { readonly $type: 'ResourceType'; readonly name: string; readonly body: Reference };

export interface Reference {
  readonly $ref: string;
}

/** Flags: 1 required, 2 read only. */
export interface Property {
  readonly type: Reference;
  readonly flags: number;
}

/** A resource type with the list its references point into. */
export interface FoundType {
  readonly body: Definition;
  readonly follow: (reference: Reference) => Definition;
}

/** The types.json files of one namespace and version: a namespace may be spread over several folders. */
const filesOf = (generated: string, namespace: string, version: string): string[] =>
  readdirSync(generated)
    .map((folder) => join(generated, folder, namespace.toLowerCase(), version, 'types.json'))
    .filter((file) => existsSync(file));

/** Finds `Provider/type@version` in a checkout's `generated` folder; null where there is none. */
export const findType = (generated: string, name: string): FoundType | null => {
  const [path = '', version = ''] = name.split('@');
  for (const file of filesOf(generated, path.split('/')[0] ?? '', version)) {
    const definitions = JSON.parse(readFileSync(file, 'utf8')) as Definition[];
    const follow = ({ $ref }: Reference): Definition => {
      const definition = definitions[Number($ref.slice(2))];
      if (definition === undefined) throw new Error(`${file}: nothing at ${$ref}`);
      return definition;
    };
    const found = definitions.find(
      (definition) =>
        definition.$type === 'ResourceType' && definition.name.toLowerCase() === name.toLowerCase(),
    );
    if (found?.$type === 'ResourceType') return { body: follow(found.body), follow };
  }
  return null;
};
