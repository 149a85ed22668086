import { z } from 'zod';
import { Command, CommandInput } from '../../shared/contracts/command';
import { MigrationError } from '../../shared/contracts/errors';
import { CutoverId } from '../../shared/contracts/primitives';
import { submitCommand } from '../../shared/ledger/commands';
import { readCutover } from '../../shared/ledger/cutovers';
import { commandType, cutoverPartition, sequenceId } from '../../shared/ledger/documents';
import { PageQuery, pageOf, pageRequest, toPage } from './edge/paging';
import { json, problem } from './edge/reply';
import { route } from './edge/route';
import { OPERATORS, READERS } from './roles';

const Id = z.object({ id: CutoverId });

export const commandRoutes = [
  route({
    operation: 'listCommands',
    method: 'GET',
    path: 'cutovers/{id}/commands',
    summary: 'Commands given to a cutover in the order received.',
    access: READERS,
    params: Id,
    query: PageQuery,
    responses: { 200: { description: 'A page of commands.', schema: pageOf(Command) } },
    refusals: [404],
    handle: async ({ params, query, url }, { ledger }) => {
      await readCutover(ledger, params.id);
      const page = await ledger.store.list(commandType, cutoverPartition(params.id), pageRequest(query));
      return json(
        200,
        toPage(page, url, (command) => command),
      );
    },
  }),
  route({
    operation: 'getCommand',
    method: 'GET',
    path: 'cutovers/{id}/commands/{number}',
    summary: 'One command and what became of it.',
    access: READERS,
    params: z.object({ id: CutoverId, number: z.coerce.number().int().min(1).max(999_999_999) }),
    query: z.object({}),
    responses: { 200: { description: 'The command.', schema: Command } },
    refusals: [404],
    handle: async ({ params }, { ledger }) => {
      const partition = cutoverPartition(params.id);
      const stored = await ledger.store.read(commandType, partition, sequenceId(params.number));
      if (stored !== null) return json(200, stored.body);
      throw new MigrationError('not-found', `cutover ${params.id} has no command ${params.number}`);
    },
  }),
  route({
    operation: 'submitCommand',
    method: 'POST',
    path: 'cutovers/{id}/commands',
    summary: 'Gives a cutover a command. It is stored now and decided when its turn comes.',
    access: OPERATORS,
    params: Id,
    query: z.object({}),
    body: { schema: CommandInput, consumes: 'json' },
    idempotent: 'by-effect',
    responses: {
      202: { description: 'Stored; Operation-Location says what becomes of it.', schema: Command },
    },
    refusals: [404, 409],
    handle: async ({ principal, params, body, url, identity }, { ledger }) => {
      const submitted = await submitCommand(ledger, principal, params.id, body, identity);
      if (submitted.kind === 'refused') return problem(409, 'command-refused', submitted.reason);
      const location = `${url.pathname}/${submitted.command.number}`;
      return json(202, submitted.command, { 'operation-location': location, 'retry-after': '1' });
    },
  }),
];
