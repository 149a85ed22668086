/**
 * A worker that dies at one of its statements: from then on its connections are broken off and it sends nothing more. To the servers
 * that is what a SIGKILL of its process looks like; that its memory is gone as well, the test sees to by calling anew.
 */
import { Client } from 'pg';

export class Death extends Error {}

export interface DyingPoint {
  /** Asked with each statement of replication and its number from 1; dies at the first that it says yes to. */
  at(sql: string, index: number): boolean;
  /** Before it is sent, or once its answer came. */
  when: 'before' | 'after';
}

type Query = (this: Client, ...args: unknown[]) => Promise<unknown>;

/** `died: false` where the point was never reached. Throws what the work throws otherwise. */
export async function dieAt<T>(
  point: DyingPoint,
  work: () => Promise<T>,
): Promise<{ died: boolean; statements: number }> {
  const prototype = Client.prototype as unknown as { query: Query };
  const query = prototype.query;
  const sessions = new Set<Client>();
  let dead = false;
  let index = 0;
  const die = (): never => {
    dead = true;
    for (const session of sessions) session.connection.stream.destroy();
    throw new Death('the worker died');
  };
  prototype.query = function (...args) {
    if (!isOfReplication(this)) return query.apply(this, args);
    sessions.add(this);
    if (dead) return Promise.reject(new Death('the worker is dead'));
    index += 1;
    const meant = point.at(String(args[0]), index);
    if (!meant) return query.apply(this, args);
    if (point.when === 'before') return Promise.resolve().then(die);
    return query.apply(this, args).then(die);
  };
  try {
    await work();
  } catch (error) {
    if (!dead) throw error;
  } finally {
    prototype.query = query;
  }
  return { died: dead, statements: index };
}

const isOfReplication = (client: Client): boolean => {
  const { application_name } = (client as unknown as { connectionParameters: { application_name?: string } })
    .connectionParameters;
  return application_name?.startsWith('causeway replication') === true;
};
