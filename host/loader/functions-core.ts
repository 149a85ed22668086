import { registerHooks } from 'node:module';
import type { RetryPolicy } from '../function-app';

/** The parts of the worker interface (`@azure/functions-core`) that `@azure/functions` calls. */
export type FunctionCallback = (...args: unknown[]) => unknown;
export type HookCallback = (context: Record<string, unknown>) => unknown;
export type HookName = 'preInvocation' | 'postInvocation' | 'appStart' | 'appTerminate' | 'log';
export type CoreLogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none';

export interface CoreDuration {
  readonly seconds?: number;
}

export interface FunctionMetadata {
  readonly name: string;
  readonly bindings: Record<string, Record<string, unknown>>;
  readonly retryOptions?: {
    readonly retryStrategy: RetryPolicy['strategy'];
    readonly maxRetryCount: number;
    readonly delayInterval?: CoreDuration;
    readonly minimumInterval?: CoreDuration;
    readonly maximumInterval?: CoreDuration;
  };
}

export interface CoreInvocationContext {
  readonly invocationId: string;
  readonly request: {
    readonly inputData: readonly { readonly name: string; readonly data: unknown }[];
    readonly triggerMetadata?: Record<string, unknown>;
    readonly retryContext?: unknown;
    readonly traceContext?: { readonly traceParent: string };
  };
  readonly metadata: FunctionMetadata;
  state?: 'preInvocationHooks' | 'invocation' | 'postInvocationHooks';
  /** Known once the arguments are; what is logged before belongs to no invocation. */
  invocationContext?: InvocationContextLike;
  log(level: CoreLogLevel, category: 'user' | 'system', message: string): void;
}

export interface InvocationModel {
  getArguments(): Promise<{ context: InvocationContextLike; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
}

export interface InvocationContextLike {
  readonly extraOutputs: { get(name: string): unknown };
}

export interface ProgrammingModel {
  readonly name: string;
  readonly version: string;
  getInvocationModel(context: CoreInvocationContext): InvocationModel;
}

export interface Registration {
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
}

const HOOK_NAMES: readonly string[] = ['preInvocation', 'postInvocation', 'appStart', 'appTerminate', 'log'];
const MODULE_NAME = '@azure/functions-core';
const MODULE_URL = 'causeway-host:functions-core';
const SLOT = Symbol.for('causeway.host.functions-core');

class Disposable {
  constructor(private callOnDispose: (() => void) | undefined) {}

  static from(...disposables: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => disposables.forEach((each) => each.dispose()));
  }

  dispose(): void {
    this.callOnDispose?.();
    this.callOnDispose = undefined;
  }
}

class CoreRangeError extends RangeError {
  readonly isAzureFunctionsSystemError = true;
}

/** What an application registers while it loads. Functions cannot be added once `lock` was called; hooks can. */
export class FunctionsCore {
  readonly registrations: Registration[] = [];
  programmingModel: ProgrammingModel | null = null;
  private readonly hooks = new Map<string, Set<HookCallback>>(HOOK_NAMES.map((name) => [name, new Set()]));
  private locked = false;

  constructor(
    /** With the function that wrote it, where that is known. */
    private readonly write: (
      level: CoreLogLevel,
      category: 'user' | 'system',
      message: string,
      functionName?: string,
    ) => void,
  ) {}

  /** Makes `require('@azure/functions-core')` and `import` of it yield this object, in the whole process. */
  install(): void {
    (globalThis as Record<symbol, unknown>)[SLOT] = this.moduleExports();
    registerHooks({
      resolve: (specifier, context, next) =>
        specifier === MODULE_NAME
          ? { url: MODULE_URL, format: 'commonjs', shortCircuit: true }
          : next(specifier, context),
      load: (url, context, next) =>
        url === MODULE_URL
          ? {
              format: 'commonjs',
              shortCircuit: true,
              source: `module.exports = globalThis[Symbol.for(${JSON.stringify(SLOT.description)})];`,
            }
          : next(url, context),
    });
  }

  lock(): void {
    this.locked = true;
  }

  hooksOf(name: HookName): readonly HookCallback[] {
    return [...(this.hooks.get(name) ?? [])];
  }

  /** Hooks see it first, and may change its level and message. */
  log(
    level: CoreLogLevel,
    category: 'user' | 'system',
    message: string,
    functionName?: string,
    invocationContext?: unknown,
  ): void {
    const context: Record<string, unknown> = { level, category, message, invocationContext, hookData: {} };
    for (const hook of this.hooksOf('log')) hook(context);
    this.write(context.level as CoreLogLevel, category, String(context.message), functionName);
  }

  private moduleExports(): Record<string, unknown> {
    return {
      version: '3.10.1',
      hostVersion: '4.1040.0',
      Disposable,
      registerFunction: (metadata: FunctionMetadata, callback: FunctionCallback) =>
        this.registerFunction(metadata, callback),
      registerHook: (name: string, callback: HookCallback) => this.registerHook(name, callback),
      setProgrammingModel: (model: ProgrammingModel) => {
        this.programmingModel = model;
      },
      getProgrammingModel: () => this.programmingModel,
      log: (level: CoreLogLevel, category: 'user' | 'system', message: string) =>
        this.log(level, category, message),
    };
  }

  private registerFunction(metadata: FunctionMetadata, callback: FunctionCallback): Disposable {
    if (this.locked) {
      throw new Error(
        `A function can only be registered during app startup: "${metadata.name}" came too late.`,
      );
    }
    const registration = { metadata, callback };
    this.registrations.push(registration);
    return new Disposable(() => {
      if (this.locked) throw new Error('A function can only be disposed during app startup.');
      this.registrations.splice(this.registrations.indexOf(registration), 1);
    });
  }

  private registerHook(name: string, callback: HookCallback): Disposable {
    const hooks = this.hooks.get(name);
    if (hooks === undefined) throw new CoreRangeError(`Unrecognized hook "${name}"`);
    hooks.add(callback);
    return new Disposable(() => void hooks.delete(callback));
  }
}
