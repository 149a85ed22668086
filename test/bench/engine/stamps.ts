import type { Program } from './program';

const NS_OF_A_MS = 1e6;

/** Times that an application prints, of the machine's steady clock: `stamp <id> <nanoseconds>`. */
export class Stamps {
  private readonly waiting = new Map<string, (atNs: bigint) => void>();

  constructor(program: Program, word = 'stamp') {
    program.onLine((line) => {
      const [first, id = '', at = ''] = line.split(' ');
      if (first === word) this.waiting.get(id)?.(BigInt(at));
    });
  }

  /** Ask before what causes it. */
  async of(id: string): Promise<bigint> {
    return new Promise((resolve) => this.waiting.set(id, resolve));
  }
}

export const msBetween = (fromNs: bigint, toNs: bigint): number => Number(toNs - fromNs) / NS_OF_A_MS;
