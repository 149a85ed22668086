import { MigrationError } from '../../contracts/errors';
import { OutboundFailure, type OutboundHttp, type OutboundResponse } from '../../ports/outbound-http';

/** Why a service said no; its words, not ours. */
export interface Refused {
  readonly kind: 'refused';
  readonly reason: string;
}

/**
 * Speaks JSON to a pipeline service. Refusals of what was asked are values; a rejected token throws `forbidden`, everything that may
 * pass is thrown as a failure on the way.
 */
export class PipelineApi {
  constructor(
    private readonly http: OutboundHttp,
    /** What errors call the service. */
    private readonly service: string,
    private readonly headers: () => Promise<Readonly<Record<string, string>>>,
  ) {}

  get(url: string): Promise<OutboundResponse | Refused> {
    return this.#ask('GET', url);
  }

  post(url: string, body: unknown): Promise<OutboundResponse | Refused> {
    return this.#ask('POST', url, JSON.stringify(body));
  }

  patch(url: string, body: unknown): Promise<OutboundResponse | Refused> {
    return this.#ask('PATCH', url, JSON.stringify(body));
  }

  async #ask(
    method: 'GET' | 'POST' | 'PATCH',
    url: string,
    body?: string,
  ): Promise<OutboundResponse | Refused> {
    const headers = {
      accept: 'application/json',
      'content-type': 'application/json',
      ...(await this.headers()),
    };
    const response = await this.http.request({
      method,
      url,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    const { status } = response;
    if (status >= 200 && status < 300 && !isSignInPage(response)) return response;
    if (status === 408 || status === 429 || status >= 500 || isRateLimit(response))
      throw new OutboundFailure('busy', `${this.service} answered ${status}`);
    if (status === 401 || status === 403 || isSignInPage(response))
      throw new MigrationError(
        'forbidden',
        `${this.service} answered ${status}: the token may not do this, or has expired (${messageIn(response)})`,
      );
    const why = MOVED.includes(status) ? 'it has moved: name it as it is called now' : messageIn(response);
    return { kind: 'refused', reason: `${this.service} answered ${status}: ${why}` };
  }
}

/** A repository that was renamed. */
const MOVED: readonly number[] = [301, 307, 308];

/** Azure DevOps answers an expired token with its sign-in page, or the way there. */
const isSignInPage = ({ status, headers }: OutboundResponse): boolean =>
  status === 203 || status === 302 || (status < 300 && isPage(headers));

const isPage = (headers: OutboundResponse['headers']): boolean =>
  (headers['content-type'] ?? '').startsWith('text/html');

const isRateLimit = ({ status, headers }: OutboundResponse): boolean =>
  status === 403 && (headers['x-ratelimit-remaining'] === '0' || headers['retry-after'] !== undefined);

const messageIn = ({ body }: OutboundResponse): string => {
  try {
    const { message } = JSON.parse(body.toString()) as { message?: unknown };
    return typeof message === 'string' ? message.slice(0, 500) : 'no reason given';
  } catch {
    return 'no reason given';
  }
};

/** The answer about what has to be there; throws `not-found` where the service refuses it. */
export const found = (answer: OutboundResponse | Refused): OutboundResponse => {
  if ('kind' in answer) throw new MigrationError('not-found', answer.reason);
  return answer;
};

/** The answer as that schema; throws where the service answers something else. */
export const answerAs = <T>(schema: { parse(value: unknown): T }, { body }: OutboundResponse): T =>
  schema.parse(JSON.parse(body.toString()));
