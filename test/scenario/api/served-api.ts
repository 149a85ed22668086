/**
 * The HTTP API over real HTTP: the host's own server and routing, with the operations called directly instead of being loaded from
 * the build. It doesn't prove that app.ts registers them, nor anything of orchestrations.
 */
import { HttpRequest, HttpResponse, InvocationContext, type HttpFunctionOptions } from '@azure/functions';
import { registerHttp } from '../../../functions/http/register';
import type { LoadedFunction } from '../../../host/function-app';
import type { HostKeys } from '../../../host/host-keys';
import { createHttpTrigger } from '../../../host/triggers/http';
import { HttpServer } from '../../../host/triggers/http-server';
import type { ApiUnderTest } from '../../unit/http/api-under-test';

export interface ServedApi {
  readonly url: string;
  close(): Promise<void>;
}

type Model = Parameters<typeof createHttpTrigger>[0]['httpModel'];

export async function serveApi(api: ApiUnderTest, keys: HostKeys): Promise<ServedApi> {
  const functions: LoadedFunction[] = [];
  const log = (_level: string, message: string, fields?: object) => void api.logged.push([message, fields]);
  const http = (name: string, { handler, ...trigger }: HttpFunctionOptions) => {
    functions.push({
      name,
      trigger: { name: 'request', type: 'httpTrigger', direction: 'in', ...trigger },
      inputs: [],
      outputs: [],
      retry: null,
      invoke: async ({ triggerData }) => {
        const context = new InvocationContext({
          functionName: name,
          invocationId: crypto.randomUUID(),
          logHandler: (_level, ...args) => void api.logged.push(args),
        });
        return { returnValue: await handler(triggerData as HttpRequest, context), outputs: {} };
      },
    });
  };
  registerHttp({ http }, api.services);
  const server = new HttpServer(log);
  const url = await server.listen(0, '127.0.0.1');
  const httpModel = { HttpRequest, HttpResponse } as unknown as Model;
  const bodyLimitBytes = 100 * 1_024 * 1_024;
  server.serve(createHttpTrigger({ functions, httpModel, keys, routePrefix: 'api', bodyLimitBytes, log }));
  api.services.settings.publicUrl = () => url;
  return { url, close: () => server.close(0) };
}
