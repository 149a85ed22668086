import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import type { Refused } from '../../ports/azure-resources';
import { ArmError, describeArmError } from './arm-error';
import { retryAfterMs } from './arm-policies';

/** JSON of an answer; null without a body, or where a gateway's page came instead: then the status alone says what happened. */
export const parseBody = (text: string | null | undefined): unknown => {
  if (typeof text !== 'string' || text.trim() === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
};

/** Has the SDK clients fail with the service's own words: their errors lose the details, where the reason is. */
export const armErrorPolicy: PipelinePolicy = {
  name: 'armErrors',
  async sendRequest(request, next) {
    const response = await next(request);
    const { status, headers, bodyAsText } = response;
    if (status < 400) return response;
    throw new ArmError({
      status,
      ...describeArmError(parseBody(bodyAsText)),
      retryAfterMs: retryAfterMs(headers.get('retry-after')),
    });
  },
};

/** What Azure will refuse again is a value; anything that may pass is thrown. */
export const refusalOf = (error: unknown): Refused => {
  if (!(error instanceof ArmError) || error.passes) throw error;
  return { kind: 'refused', code: error.armCode, reason: error.message };
};
