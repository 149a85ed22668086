import type { z } from 'zod';
import type { Principal, Role } from '../../../shared/contracts/principal';
import type { Problem } from '../../../shared/contracts/problem';
import type { HttpServices } from '../services';
import type { Condition } from './preconditions';
import type { Reply } from './reply';

/** Who may call an operation. */
export type Access =
  | { readonly kind: 'anonymous' }
  /** A bearer token of a person with one of these roles. */
  | { readonly kind: 'roles'; readonly roles: readonly Role[] }
  /** The host's master key (`x-functions-key`), checked by the host before the function runs. */
  | { readonly kind: 'administrator' }
  /** Standard Webhooks signature with the secret of this name. */
  | { readonly kind: 'signed'; readonly secret: string };

/** A request that passed every check of the edge. */
export interface Call<Params, Query, Body> {
  readonly principal: Principal;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly condition: Condition;
  readonly headers: Headers;
  readonly url: URL;
  /** Names this write among all of all callers, the same when it is sent again; null where it came without an Idempotency-Key. */
  readonly identity: string | null;
}

/** How a body comes: `multipart` is multipart/form-data, whose files are all in the list `files`. */
export type Consumes = 'json' | 'form' | 'multipart';

export const MEDIA_TYPES: Readonly<Record<Consumes, string>> = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  multipart: 'multipart/form-data',
};

/** An answer that is a file, of one of these types. */
export interface Files {
  readonly mediaTypes: readonly string[];
}

/** What a document of the API says about one status an operation answers with when it succeeds. */
export interface Response {
  readonly description: string;
  /** Null where there is no body; `html`, `lines` and files have no JSON schema. */
  readonly schema: z.ZodType | 'html' | 'lines' | Files | null;
}

export interface Definition<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType = z.ZodUnknown,
> {
  /** Name of the function and `operationId`; never renamed. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Below the route prefix, without a leading slash; parameters in braces. */
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  readonly params: Params;
  readonly query: Query;
  readonly body?: { readonly schema: Body; readonly consumes: Consumes };
  /** `replace` needs If-Match; `put` needs that or `If-None-Match: *`. */
  readonly condition?: 'replace' | 'put';
  /**
   * Whether an Idempotency-Key is honoured. `by-effect`: the operation itself has one effect for one `identity`, so that a request
   * whose answer was lost may run again at once.
   */
  readonly idempotent?: true | 'by-effect';
  readonly responses: Readonly<Record<number, Response>>;
  /** Refusals of its own, beyond those of the edge. */
  readonly refusals?: readonly number[];
  /** Shows a refusal to a browser, for operations that people open as pages. */
  readonly page?: (problem: Problem) => string;
  handle(call: Call<z.infer<Params>, z.infer<Query>, z.infer<Body>>, services: HttpServices): Promise<Reply>;
}

/** One operation of the API as data. */
export type Route = Definition<z.ZodObject, z.ZodObject, z.ZodType>;

/** Checks an operation against its own schemas and forgets their types. */
export const route = <
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType = z.ZodUnknown,
>(
  definition: Definition<Params, Query, Body>,
): Route => definition;
