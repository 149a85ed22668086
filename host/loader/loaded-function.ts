import { randomUUID } from 'node:crypto';
import type { Binding, Invocation, InvocationResult, LoadedFunction, RetryPolicy } from '../function-app';
import type {
  CoreInvocationContext,
  FunctionMetadata,
  FunctionsCore,
  InvocationModel,
  Registration,
} from './functions-core';

const RETURN_BINDING = '$return';

/** Values shared by all invocations of an application. */
export interface InvocationEnvironment {
  readonly core: FunctionsCore;
  /** Data of the hooks that lives as long as the application. */
  readonly appHookData: Record<string, unknown>;
  /** The value of an input binding, by its type. */
  readonly inputOf: (binding: Binding) => unknown;
}

/** Wraps a registration so that a trigger can invoke it through the application's own programming model. */
export const loadedFunction = (
  registration: Registration,
  environment: InvocationEnvironment,
): LoadedFunction => {
  const bindings = Object.entries(registration.metadata.bindings).map(
    ([name, binding]) => ({ ...binding, name }) as Binding,
  );
  const trigger = bindings.find((binding) => isTrigger(binding));
  if (trigger === undefined) throw new Error(`Function "${registration.metadata.name}" has no trigger.`);
  const inputs = bindings.filter((binding) => binding.direction === 'in' && !isTrigger(binding));
  const outputs = bindings.filter((binding) => binding.direction === 'out');
  return {
    name: registration.metadata.name,
    trigger,
    inputs,
    outputs,
    retry: retryPolicy(registration.metadata),
    invoke: (invocation) => invoke(registration, { trigger, inputs, outputs }, environment, invocation),
  };
};

export const isTrigger = (binding: { readonly type?: unknown }): boolean =>
  typeof binding.type === 'string' && /trigger$/i.test(binding.type);

interface Bindings {
  readonly trigger: Binding;
  readonly inputs: readonly Binding[];
  readonly outputs: readonly Binding[];
}

const invoke = async (
  { metadata, callback }: Registration,
  { trigger, inputs, outputs }: Bindings,
  environment: InvocationEnvironment,
  invocation: Invocation,
): Promise<InvocationResult> => {
  const model = environment.core.programmingModel;
  if (model === null) throw new Error('The application set no programming model.');
  const isHttp = trigger.type.toLowerCase() === 'httptrigger';
  const coreContext: CoreInvocationContext = {
    invocationId: randomUUID(),
    request: {
      inputData: [
        ...(isHttp ? [] : [{ name: trigger.name, data: asIs(invocation.triggerData) }]),
        ...inputs.map((binding) => ({ name: binding.name, data: asIs(environment.inputOf(binding)) })),
      ],
      ...(invocation.triggerMetadata === undefined
        ? {}
        : { triggerMetadata: typedMetadata(invocation.triggerMetadata) }),
      ...(invocation.retryContext === undefined ? {} : { retryContext: invocation.retryContext }),
    },
    metadata,
    log: (level, category, message) => environment.core.log(level, category, message),
  };
  const invocationModel = model.getInvocationModel(coreContext);
  const { context, inputs: args } = await invocationModel.getArguments();
  // The request is handed over as an object: the typed data of the worker protocol would buffer its body.
  if (isHttp) args.unshift(invocation.triggerData);
  const hookContext = { hookData: {}, appHookData: environment.appHookData, invocationContext: context };
  const returnValue = await runWithHooks(
    environment.core,
    coreContext,
    invocationModel,
    hookContext,
    args,
    callback,
  );
  const outputValues: Record<string, unknown> = {};
  for (const { name } of outputs) {
    const value = name === RETURN_BINDING ? undefined : context.extraOutputs.get(name);
    if (value !== undefined && value !== null) outputValues[name] = value;
  }
  return { returnValue, outputs: outputValues };
};

const runWithHooks = async (
  core: FunctionsCore,
  coreContext: CoreInvocationContext,
  model: InvocationModel,
  shared: Record<string, unknown>,
  args: unknown[],
  callback: Registration['callback'],
): Promise<unknown> => {
  const preContext = { ...shared, inputs: args, functionCallback: callback };
  coreContext.state = 'preInvocationHooks';
  for (const hook of core.hooksOf('preInvocation')) await hook(preContext);
  const postContext: { result: unknown; error: unknown } & Record<string, unknown> = {
    ...shared,
    inputs: preContext.inputs,
    result: null,
    error: null,
  };
  coreContext.state = 'invocation';
  try {
    postContext.result = await model.invokeFunction(
      shared.invocationContext,
      preContext.inputs,
      preContext.functionCallback,
    );
  } catch (error) {
    postContext.error = error ?? new Error('The function threw nothing.');
  }
  coreContext.state = 'postInvocationHooks';
  for (const hook of core.hooksOf('postInvocation')) await hook(postContext);
  if (postContext.error !== null && postContext.error !== undefined) {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- handlers may throw anything, and callers are told what
    throw postContext.error;
  }
  return postContext.result;
};

/** The typed data `int` is the one that the library passes on untouched, so objects need not become text. */
const asIs = (value: unknown): unknown => (value === null || value === undefined ? null : { int: value });

/** Metadata is sent as the worker protocol does, strings as text: the library parses those that are JSON. */
const typedMetadata = (metadata: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [
      name,
      typeof value === 'string' ? { string: value } : { json: JSON.stringify(value ?? null) },
    ]),
  );

const retryPolicy = ({ retryOptions }: FunctionMetadata): RetryPolicy | null => {
  if (retryOptions === undefined) return null;
  const { delayInterval, minimumInterval, maximumInterval } = retryOptions;
  const ms = (duration: { readonly seconds?: number } | undefined): number | undefined =>
    duration?.seconds === undefined ? undefined : duration.seconds * 1000;
  const [delayIntervalMs, minimumIntervalMs, maximumIntervalMs] = [
    delayInterval,
    minimumInterval,
    maximumInterval,
  ].map(ms);
  return {
    strategy: retryOptions.retryStrategy,
    maxRetryCount: retryOptions.maxRetryCount,
    ...(delayIntervalMs === undefined ? {} : { delayIntervalMs }),
    ...(minimumIntervalMs === undefined ? {} : { minimumIntervalMs }),
    ...(maximumIntervalMs === undefined ? {} : { maximumIntervalMs }),
  };
};
