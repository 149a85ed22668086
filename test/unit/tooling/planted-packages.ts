const value = (from: string): string => `import { it } from '${from}';\nexport const seen = it;\n`;
const type = (from: string): string => `import type { It } from '${from}';\nexport type Seen = It;\n`;
const inHash = value('node:fs') + value('zod') + type('undici') + type('../ports/landmark');
const domain = '../shared/domain/landmark';

/** Imports from outside our code, and shapes of an import: the file, its text, the rule that refuses it. */
export const REFUSED: readonly (readonly [file: string, text: string, rule: string])[] = [
  ['shared/contracts/uses-package.ts', value('undici'), 'contracts-packages'],
  ['shared/contracts/uses-node.ts', value('node:path'), 'contracts-builtins'],
  ['shared/domain/uses-package.ts', type('undici'), 'domain-packages'],
  ['shared/domain/calls-zod.ts', value('zod'), 'domain-types-only'],
  ['shared/domain/uses-node.ts', value('node:crypto'), 'domain-builtins'],
  ['shared/domain/calendars/uses-package.ts', type('undici'), 'calendars-packages'],
  ['shared/domain/calendars/calls-zod.ts', value('zod'), 'calendars-types-only'],
  ['shared/domain/calendars/uses-node.ts', value('node:crypto'), 'calendars-builtins'],
  ['shared/domain/hash.ts', inHash, 'hash-builtins'],
  ['shared/domain/hash.ts', inHash, 'hash-packages'],
  ['shared/domain/hash.ts', inHash, 'hash-types-only'],
  ['shared/domain/hash.ts', inHash, 'hash-imports'],
  ['shared/domain/frozen/calls-zod.ts', value('zod'), 'frozen-types-only'],
  ['shared/domain/frozen/uses-package.ts', type('undici'), 'frozen-packages'],
  ['shared/domain/frozen/uses-node.ts', value('path'), 'frozen-builtins'],
  ['shared/ports/calls-zod.ts', value('zod'), 'ports-types-only'],
  ['shared/ports/uses-package.ts', type('undici'), 'ports-packages'],
  ['shared/ports/calls-node.ts', value('node:stream'), 'ports-builtins'],
  ['shared/ledger/uses-package.ts', value('undici'), 'ledger-packages'],
  ['shared/ledger/uses-node.ts', value('node:path'), 'ledger-builtins'],
  ['shared/adapters/azure-blob/other-sdk.ts', value('undici'), 'own-sdk-only:adapters/azure-blob'],
  ['shared/adapters/sqlite/other-sdk.ts', value('@azure/storage-blob'), 'own-sdk-only'],
  ['shared/movers/files/other-sdk.ts', value('@azure/storage-blob'), 'own-sdk-only'],
  ['shared/adapters/teams/database.ts', value('node:sqlite'), 'sqlite-on-one-machine'],
  ['functions/database.ts', value('node:sqlite'), 'sqlite-on-one-machine'],
  ['orchestrations/uses-durable.ts', type('durable-functions'), 'orchestrations-packages'],
  ['orchestrations/calls-zod.ts', value('zod'), 'orchestrations-types-only'],
  ['orchestrations/uses-package.ts', type('undici'), 'orchestrations-packages'],
  ['orchestrations/uses-node.ts', value('node:path'), 'orchestrations-builtins'],
  ['orchestrations/names-node.ts', type('node:stream'), 'orchestrations-builtins'],
  ['orchestrations/requires-node.ts', `import it = require('path');\n`, 'orchestrations-builtins'],
  ['orchestrations/asks.ts', `process.getBuiltinModule('node:fs');\n`, 'orchestrations-builtins'],
  ['orchestrations/loads.ts', `export const seen = () => import('node:fs');\n`, 'orchestrations-builtins'],
  ['orchestrations/both-ways.ts', type(domain) + value(domain), 'orchestrations-types-only'],
  ['orchestrations/inline.ts', `import { type It, it } from '${domain}';\n`, 'orchestrations-types-only'],
  ['orchestrations/re-exports.ts', `export * from '${domain}';\n`, 'orchestrations-types-only'],
  ['functions/loads-host.ts', `export const seen = () => import('../host/landmark');\n`, 'functions-imports'],
  ['functions/dev-package.ts', value('adaptivecards'), 'no-dev-packages'],
  ['functions/missing-file.ts', value('./gone'), 'not-resolvable'],
  ['functions/missing-package.ts', value('never-installed'), 'not-resolvable'],
  ['clients/verify-log/calls-zod.ts', value('zod'), 'verifyLog-types-only'],
  ['clients/verify-log/uses-package.ts', value('undici'), 'verifyLog-packages'],
  ['functions/egg.ts', value('./hen'), 'no-circular'],
  ['orchestrations/itineraries/calls-zod.ts', value('zod'), 'itineraries-types-only'],
  ['orchestrations/itineraries/uses-package.ts', type('undici'), 'itineraries-packages'],
  ['orchestrations/itineraries/uses-node.ts', value('node:path'), 'itineraries-builtins'],
];

/** The other half of `functions/egg.ts`; a circle is reported once. */
export const HEN: readonly [file: string, text: string] = ['functions/hen.ts', value('./egg')];

export const ALLOWED: readonly (readonly [file: string, text: string])[] = [
  ['shared/contracts/calls-zod.ts', value('zod')],
  ['shared/ports/names-zod.ts', type('zod')],
  ['shared/ports/names-node.ts', type('node:stream')],
  ['shared/domain/names-zod.ts', type('zod')],
  ['shared/ledger/calls-zod.ts', value('zod')],
  ['shared/adapters/azure-blob/own-sdk.ts', value('@azure/storage-blob')],
  ['shared/adapters/azure-blob/uses-node.ts', value('node:crypto')],
  ['shared/adapters/sqlite/database.ts', value('node:sqlite')],
  ['host/database.ts', value('node:sqlite')],
  ['orchestrations/names-zod.ts', type('zod')],
  ['functions/declared-package.ts', value('@azure/functions')],
];
