export interface CosmosReply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly requestUnits?: number;
}

const CODES: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  408: 'RequestTimeout',
  409: 'Conflict',
  412: 'PreconditionFailed',
  413: 'RequestEntityTooLarge',
  429: 'TooManyRequests',
  449: 'RetryWith',
  503: 'ServiceUnavailable',
};

export const failure = (status: number, message: string, substatus?: number): CosmosReply => ({
  status,
  body: { code: CODES[status] ?? String(status), message },
  ...(substatus === undefined ? {} : { headers: { 'x-ms-substatus': String(substatus) } }),
});

/** Thrown to answer at once. */
export class Refusal extends Error {
  constructor(readonly reply: CosmosReply) {
    super(JSON.stringify(reply.body));
  }
}

export const refuse = (status: number, message: string, substatus?: number): never => {
  throw new Refusal(failure(status, message, substatus));
};
