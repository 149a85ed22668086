import { randomUUID } from 'node:crypto';
import type { Binding, Invocation, InvocationResult, LoadedFunction, RetryPolicy } from '../function-app';
import type {
  CoreInvocationContext,
  FunctionMetadata,
  FunctionsCore,
  InvocationContextLike,
  InvocationModel,
  ProgrammingModel,
  Registration,
} from './functions-core';
import type { TimeLimit } from './time-limit';
import { asIs, typedMetadata } from './typed-data';

const RETURN_BINDING = '$return';
const NEVER = new Promise<never>(() => undefined);
const INVOCATION_HOOKS = ['preInvocation', 'postInvocation'] as const;

/** Values shared by all invocations of an application. */
export interface InvocationEnvironment {
  readonly core: FunctionsCore;
  /** Data of the hooks that lives as long as the application. */
  readonly appHookData: Record<string, unknown>;
  /** The value of an input binding, by its type. */
  readonly inputOf: (binding: Binding) => unknown;
  /** Stores what a function gave to an output binding other than `http`. */
  readonly writeOutput: (binding: Binding, value: unknown) => Promise<void>;
  readonly timeLimit: TimeLimit;
  /** Then no invocation ends any more. */
  readonly isCutOff: () => boolean;
  /** A cheaper way to invoke a function than the application's model, where there is one. */
  readonly directModel?: (model: ProgrammingModel, core: CoreInvocationContext) => InvocationModel | null;
}

/**
 * Wraps a registration so that a trigger can invoke it through the application's own programming model. The bindings are its own with
 * settings resolved; the application sees them as it wrote them.
 */
export const loadedFunction = (
  registration: Registration,
  bindings: readonly Binding[],
  environment: InvocationEnvironment,
): LoadedFunction => {
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

/** As the application wrote them. */
export const bindingsOf = ({ bindings }: FunctionMetadata): readonly Binding[] =>
  Object.entries(bindings).map(([name, binding]) => ({ ...binding, name }) as Binding);

export const isTrigger = (binding: { readonly type?: unknown }): boolean =>
  typeof binding.type === 'string' && /trigger$/i.test(binding.type);

interface Bindings {
  readonly trigger: Binding;
  readonly inputs: readonly Binding[];
  readonly outputs: readonly Binding[];
}

const invoke = async (
  registration: Registration,
  bindings: Bindings,
  environment: InvocationEnvironment,
  invocation: Invocation,
): Promise<InvocationResult> => {
  const model = environment.core.programmingModel;
  if (model === null) throw new Error('The application set no programming model.');
  const coreContext = coreContextOf(registration, bindings, environment, invocation);
  const invocationModel =
    environment.directModel?.(model, coreContext) ?? model.getInvocationModel(coreContext);
  const { context, inputs: args } = await invocationModel.getArguments();
  coreContext.invocationContext = context;
  invocation.observe?.(context);
  const triggerType = bindings.trigger.type.toLowerCase();
  // The request is handed over as an object: the typed data of the worker protocol would buffer its body.
  if (triggerType === 'httptrigger') args.unshift(invocation.triggerData);
  const hookContext = { hookData: {}, appHookData: environment.appHookData, invocationContext: context };
  const running = runWithHooks(
    environment.core,
    coreContext,
    invocationModel,
    hookContext,
    args,
    registration.callback,
  );
  try {
    // An orchestrator never waits, and is run too often to be watched.
    const returned = await (triggerType === 'orchestrationtrigger'
      ? running
      : environment.timeLimit.within(registration.metadata.name, running));
    const returnValue = await writeOutputs(bindings, environment, context, returned);
    const isSeen = INVOCATION_HOOKS.some((name) => environment.core.hooksOf(name).length > 0);
    return isSeen || bindings.outputs.length > 0 ? { returnValue } : { returnValue, context };
  } finally {
    if (environment.isCutOff()) await NEVER;
  }
};

const coreContextOf = (
  { metadata }: Registration,
  { trigger, inputs }: Bindings,
  { core, inputOf }: InvocationEnvironment,
  { triggerData, triggerMetadata, retryContext, invocationId, traceParent }: Invocation,
): CoreInvocationContext => {
  const coreContext: CoreInvocationContext = {
    invocationId: invocationId ?? randomUUID(),
    request: {
      inputData: [
        ...(trigger.type.toLowerCase() === 'httptrigger'
          ? []
          : [{ name: trigger.name, data: asIs(triggerData) }]),
        ...inputs.map((binding) => ({ name: binding.name, data: asIs(inputOf(binding)) })),
      ],
      ...(triggerMetadata === undefined ? {} : { triggerMetadata: typedMetadata(triggerMetadata) }),
      ...(retryContext === undefined ? {} : { retryContext }),
      ...(traceParent === undefined ? {} : { traceContext: { traceParent } }),
    },
    metadata,
    log: (level, category, message) =>
      core.log(level, category, message, metadata.name, coreContext.invocationContext),
  };
  return coreContext;
};

/**
 * Stores what the function gave to its output bindings, in their order, and returns what its trigger is answered with: for HTTP the
 * value of the `http` output, whichever that is. Rejects where an output can not be stored: then the function counts as failed.
 */
const writeOutputs = async (
  { trigger, outputs }: Bindings,
  { writeOutput }: InvocationEnvironment,
  { extraOutputs }: InvocationContextLike,
  returned: unknown,
): Promise<unknown> => {
  let answer = trigger.type.toLowerCase() === 'httptrigger' ? undefined : returned;
  for (const binding of outputs) {
    const value = binding.name === RETURN_BINDING ? returned : extraOutputs.get(binding.name);
    if (binding.type.toLowerCase() === 'http') answer = value;
    else if (value !== undefined && value !== null) await writeOutput(binding, value);
  }
  return answer;
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
