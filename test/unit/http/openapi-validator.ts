import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { buildOpenApi } from '../../../functions/http/openapi/build-openapi';
import { routes } from '../../../functions/http/routes';
import type { Got } from './api-under-test';

interface Media {
  readonly schema?: object;
}
interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>;
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: { $ref: string } }>>;
  };
}

const DOCUMENT = 'http://openapi.test/document';

export const openApi = buildOpenApi(routes, {
  publicUrl: () => 'http://127.0.0.1:7071',
  version: '0.1.0',
}) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
};

export const operations: ReadonlyMap<string, Operation> = new Map(
  Object.values(openApi.paths).flatMap((path) =>
    Object.values(path).map((operation) => [operation.operationId, operation] as const),
  ),
);

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema({ $id: DOCUMENT, ...openApi });
const compiled = new Map<string, ValidateFunction>();

function validatorOf(schema: object): ValidateFunction {
  const text = JSON.stringify(schema).replaceAll('"#/', `"${DOCUMENT}#/`);
  const validate = compiled.get(text) ?? ajv.compile(JSON.parse(text) as object);
  compiled.set(text, validate);
  return validate;
}

export const requestValidator = (operation: string): ValidateFunction | null => {
  const [media] = Object.values(operations.get(operation)?.requestBody?.content ?? {});
  return media === undefined ? null : validatorOf(media.schema);
};

/** What the OpenAPI document says against an answer; empty where it fits. */
export function objections(operation: string, got: Got): string[] {
  const response = operations.get(operation)?.responses[String(got.status)];
  if (response === undefined) return [`${operation} does not say that it answers ${got.status}`];
  const mediaType = (got.headers['content-type'] ?? '').split(';')[0] ?? '';
  if (response.content === undefined)
    return got.text === '' ? [] : [`${operation} ${got.status} has no body`];
  const media = response.content[mediaType];
  if (media === undefined) return [`${operation} ${got.status} is never ${mediaType}`];
  if (media.schema === undefined) return [];
  const validate = validatorOf(media.schema);
  return validate(got.json)
    ? []
    : (validate.errors ?? []).map(
        ({ instancePath, message }) => `${operation} ${got.status}${instancePath}: ${message}`,
      );
}
