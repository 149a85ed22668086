export const world: { work: (input: never) => Promise<unknown> };
export function textOfFailure(key: string): string;
