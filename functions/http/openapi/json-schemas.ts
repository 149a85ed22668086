import { z } from 'zod';
import { Instant } from '../../../shared/contracts/primitives';

export type JsonObject = Record<string, unknown>;

/** Collects the JSON schemas (2020-12) of a document under names, and answers references to them. */
export class JsonSchemas {
  readonly components: JsonObject = {};

  /**
   * A request's schema is what may be sent: defaults are optional, fields not listed are refused. A response's schema is what
   * will be there: defaults are always filled in.
   */
  reference(name: string, schema: z.ZodType, use: 'request' | 'response'): JsonObject {
    this.components[name] ??= this.#hoist(name, toJsonSchema(schema, use));
    return { $ref: `#/components/schemas/${name}` };
  }

  /** A schema's own definitions become components too: a reference may not point inside another schema. */
  #hoist(name: string, { $schema: _, $defs = {}, ...schema }: JsonObject): unknown {
    const rename = (inner: unknown): unknown =>
      JSON.parse(
        JSON.stringify(inner).replaceAll('"#/$defs/__schema', `"#/components/schemas/${name}Part`),
      ) as unknown;
    for (const [key, definition] of Object.entries($defs as JsonObject)) {
      this.components[key.replace('__schema', `${name}Part`)] = rename(definition);
    }
    return rename(schema);
  }
}

function toJsonSchema(schema: z.ZodType, use: 'request' | 'response'): JsonObject {
  return z.toJSONSchema(schema, {
    io: use === 'request' ? 'input' : 'output',
    // A transform has no JSON schema of its own; the only one there is turns instants into instants.
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema === Instant) Object.assign(jsonSchema, { type: 'string', format: 'date-time' });
      if (use === 'request' && jsonSchema.type === 'object' && jsonSchema.properties !== undefined) {
        jsonSchema.additionalProperties = false;
      }
    },
  });
}
