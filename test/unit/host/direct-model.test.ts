import { describe, expect, it, jest } from '@jest/globals';
import type * as functions from '@azure/functions';
import { directModels } from '../../../host/loader/direct-model';
import type {
  CoreInvocationContext,
  FunctionMetadata,
  InvocationModel,
  ProgrammingModel,
} from '../../../host/loader/functions-core';
import { asIs, typedMetadata } from '../../../host/loader/typed-data';

let mockModel: ProgrammingModel | null = null;
jest.mock(
  '@azure/functions-core',
  () => ({
    Disposable: class {},
    setProgrammingModel: (model: ProgrammingModel) => (mockModel = model),
    registerFunction: () => undefined,
    registerHook: () => undefined,
  }),
  { virtual: true },
);

const library = jest.requireActual<typeof functions>('@azure/functions');
// The library sets its model with the first function.
library.app.timer('first', { schedule: '0 0 0 * * *', handler: () => undefined });
const direct = directModels(library);
const model = (): ProgrammingModel => {
  if (mockModel === null) throw new Error('the library set no model');
  return mockModel;
};

const metadata: FunctionMetadata = {
  name: 'work',
  bindings: {
    trigger: { type: 'activityTrigger', direction: 'in', name: 'trigger' },
    client: { type: 'durableClient', direction: 'in', taskHub: 'Hub' },
    out: { type: 'serviceBus', direction: 'out', queueName: 'q' },
    $return: { type: 'http', direction: 'out' },
  },
};

const contextOf = (instanceId: string, lines: string[]): CoreInvocationContext => ({
  invocationId: 'i',
  request: {
    inputData: [
      { name: 'trigger', data: asIs({ payload: 1 }) },
      { name: 'client', data: asIs({ url: 'x' }) },
    ],
    triggerMetadata: typedMetadata({ instanceId }),
    traceContext: { traceParent: '00-1-2-01' },
  },
  metadata,
  log: (level, category, message) => void lines.push(`${level} ${category} ${message}`),
});

/** Everything that a handler can see. */
const seen = async (make: (core: CoreInvocationContext) => InvocationModel | null, instanceId: string) => {
  const lines: string[] = [];
  const invocation = make(contextOf(instanceId, lines));
  if (invocation === null) throw new Error('there is no model');
  const { context, inputs } = await invocation.getArguments();
  const given = context as unknown as functions.InvocationContext;
  const returned = await invocation.invokeFunction(context, inputs, (input, own) => {
    (own as functions.InvocationContext).warn('%s is', 1, input);
    return 'returned';
  });
  given.log('too late');
  return { fields: { ...given }, client: given.extraInputs.get('client'), inputs, returned, lines };
};

describe('invoking without the model of the library', () => {
  it.each(['3f2a', '12', 'true', ' {"a":1}', 'null', '-', '"quoted"', '1e5x'])(
    'shows a handler what the model shows it, with instance id %j',
    async (instanceId) => {
      const ours = await seen((core) => direct(model(), core), instanceId);
      expect(ours).toEqual(await seen((core) => model().getInvocationModel(core), instanceId));
      expect(ours.lines).toHaveLength(3);
    },
  );

  it('leaves it to a model that the application has set', () => {
    expect(direct({ ...model(), name: 'own' }, contextOf('1', []))).toBeNull();
  });
});
