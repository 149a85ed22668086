import { format } from 'node:util';
import { bindingsOf, isTrigger } from './loaded-function';
import type {
  CoreInvocationContext,
  CoreLogLevel,
  FunctionCallback,
  FunctionMetadata,
  InvocationContextLike,
  InvocationModel,
  ProgrammingModel,
} from './functions-core';

type InvocationContextClass = new (init: {
  readonly invocationId: string;
  readonly functionName: string;
  readonly logHandler: (level: CoreLogLevel, ...args: unknown[]) => void;
  readonly traceContext: object | undefined;
  readonly triggerMetadata: object | undefined;
  readonly options: object;
}) => InvocationContextLike & { readonly extraInputs: { set(name: string, value: unknown): void } };

/** What these triggers bring needs no conversion. */
const TRIGGERS = ['httptrigger', 'activitytrigger', 'orchestrationtrigger'];
const LIBRARY = '@azure/functions';

/**
 * Makes contexts as the library's own model does, from its class of them. Its model converts everything from the worker's protocol and
 * keeps six private fields an invocation in weak maps; without, an HTTP request that is answered at once takes 150 µs of processor, not 230.
 * Null where the application has set another model, or the invocation has something to convert.
 */
export const directModels = (
  library: object,
): ((model: ProgrammingModel, core: CoreInvocationContext) => InvocationModel | null) => {
  const { InvocationContext } = library as { readonly InvocationContext?: InvocationContextClass };
  const optionsOf = new WeakMap<FunctionMetadata, FunctionOptions>();
  return (model, core) => {
    if (InvocationContext === undefined || model.name !== LIBRARY) return null;
    if (core.request.retryContext !== undefined) return null;
    const options = optionsOf.get(core.metadata) ?? functionOptions(core.metadata);
    optionsOf.set(core.metadata, options);
    if (!TRIGGERS.includes(options.trigger.type.toLowerCase())) return null;
    return new DirectModel(core, options, InvocationContext);
  };
};

type FunctionOptions = ReturnType<typeof functionOptions>;

const functionOptions = (metadata: FunctionMetadata) => {
  const all = bindingsOf(metadata);
  const trigger = all.find((binding) => isTrigger(binding));
  if (trigger === undefined) throw new Error(`Function "${metadata.name}" has no trigger.`);
  const others = all.filter((binding) => binding !== trigger && binding.name !== '$return');
  return {
    trigger,
    return: all.find(({ name }) => name === '$return'),
    extraInputs: others.filter(({ direction }) => direction === 'in'),
    extraOutputs: others.filter(({ direction }) => direction === 'out'),
  };
};

class DirectModel implements InvocationModel {
  private isDone = false;

  constructor(
    private readonly core: CoreInvocationContext,
    private readonly options: FunctionOptions,
    private readonly InvocationContext: InvocationContextClass,
  ) {}

  async getArguments(): Promise<{ context: InvocationContextLike; inputs: unknown[] }> {
    const { invocationId, metadata, request } = this.core;
    const context = new this.InvocationContext({
      invocationId,
      functionName: metadata.name,
      logHandler: (level, ...args) => this.log(level, args),
      traceContext: request.traceContext,
      triggerMetadata: this.triggerMetadata(),
      options: this.options,
    });
    const inputs: unknown[] = [];
    for (const { name, data } of request.inputData) {
      const value = (data as { readonly int: unknown } | null)?.int;
      if (name === this.options.trigger.name) inputs.push(value);
      else context.extraInputs.set(name, value);
    }
    return { context, inputs };
  }

  async invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown> {
    try {
      return await callback(...inputs, context);
    } finally {
      this.isDone = true;
    }
  }

  /** As the library has it, HTTP functions are given none. */
  private triggerMetadata(): Record<string, unknown> | undefined {
    const given = this.core.request.triggerMetadata;
    if (given === undefined || this.options.trigger.type.toLowerCase() === 'httptrigger') return undefined;
    return Object.fromEntries(Object.entries(given).map(([name, typed]) => [name, decoded(typed)]));
  }

  private log(level: CoreLogLevel, args: readonly unknown[]): void {
    const { core } = this;
    if (this.isDone && core.state !== 'postInvocationHooks') {
      const subject = `Function name: ${core.metadata.name}. Invocation Id: ${core.invocationId}.`;
      core.log('warning', 'system', `${LATE_LOG} ${subject}`);
    }
    core.log(level, 'user', format(...args));
  }
}

const LATE_LOG =
  "Warning: Unexpected call to 'log' on the context object after function execution has completed. Please check for asynchronous calls that are not awaited.";

const decoded = (typed: unknown): unknown => {
  const { string, json } = typed as { readonly string?: string; readonly json?: string };
  try {
    return JSON.parse(json ?? string ?? '');
  } catch {
    return string;
  }
};
