import { Problem, type FieldProblem } from '../../shared/contracts/problem';
import { CliError, EXIT, type ExitCode } from './cli-error';

export interface ApiRequest {
  /** Sent as JSON; a form as it is, with its files. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ApiAnswer {
  readonly status: number;
  readonly etag: string | null;
  readonly text: string;
}

export type Method = 'GET' | 'POST' | 'PUT';

/** The service as a command sees it. A refusal is thrown as one line; `tolerate` names statuses that are answers instead. */
export class ApiClient {
  constructor(
    private readonly url: string,
    private readonly credentials: Readonly<Record<string, string>>,
  ) {}

  /** `path` begins with /api, or is a nextLink. */
  async send(
    method: Method,
    path: string,
    request: ApiRequest = {},
    tolerate: readonly number[] = [],
  ): Promise<ApiAnswer> {
    const { body, headers } = request;
    const isForm = body instanceof FormData;
    const response = await this.#fetch(path, {
      method,
      redirect: 'error',
      headers: {
        ...this.credentials,
        ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok && !tolerate.includes(response.status)) throw refusal(response.status, text);
    return { status: response.status, etag: response.headers.get('etag'), text };
  }

  /** A file, byte for byte. */
  async download(path: string): Promise<Uint8Array> {
    const response = await this.#fetch(path, { method: 'GET', redirect: 'error', headers: this.credentials });
    if (!response.ok) throw refusal(response.status, await response.text());
    return new Uint8Array(await response.arrayBuffer());
  }

  async json(method: Method, path: string, request: ApiRequest = {}): Promise<unknown> {
    return JSON.parse((await this.send(method, path, request)).text) as unknown;
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(new URL(path, this.url), init);
    } catch (cause) {
      const message = `no answer from ${this.url}: start the service (npm start), or name another with --url`;
      throw new CliError(EXIT.unavailable, message, { cause });
    }
  }
}

function refusal(status: number, text: string): CliError {
  const parsed = Problem.partial().safeParse(parseOrNull(text));
  const { detail, title, code, errors = [] } = parsed.success ? parsed.data : {};
  // One that says what the detail does is not said twice.
  const details = errors.filter(({ expected }) => expected !== detail).map(describe);
  const several = details.length > 1;
  const words = several
    ? 'these fields are not as they must be'
    : (details[0] ?? detail ?? title ?? 'no explanation');
  const line = `${words} (${status}${code === undefined ? '' : ` ${code}`})`;
  return new CliError(exitCodeOf(status), line, { details: several ? details : [] });
}

const describe = ({ field, value, expected }: FieldProblem): string =>
  `${field}: ${expected}; it is ${value}`;

const exitCodeOf = (status: number): ExitCode => {
  if (status === 401 || status === 403) return EXIT.notAllowed;
  return status >= 500 ? EXIT.unavailable : EXIT.refused;
};

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
