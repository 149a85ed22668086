// Who may import whom. A layer imports itself and what it lists here. What it may not is refused by a rule named
// after it: <layer>-imports (our own code), <layer>-packages, <layer>-builtins (Node's modules), and
// <layer>-types-only for what it may name in types but not call. CONTRIBUTING.md says why.

const ALL = 'all';
const TYPES = ['type-only', 'type-import'];
const PACKAGES = ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-bundled', 'npm-no-pkg', 'npm-unknown'];
const OUR_CODE = '^(functions|orchestrations|shared|host|clients|infra|scripts|test)/';
const PORTS_AND_BELOW = ['contracts', 'domain', 'hash', 'calendars', 'frozen', 'ports'];

/** The SDK of each technology. An adapter or mover that is not listed here uses Node alone. */
const SDKS = {
  'adapters/app-configuration': ['@azure/app-configuration', '@azure/core-auth', '@azure/core-rest-pipeline'],
  'adapters/arm': [
    '@azure/arm-resources',
    '@azure/arm-resourcesdeployments',
    '@azure/core-auth',
    '@azure/core-rest-pipeline',
    'fflate',
  ],
  'adapters/azure-blob': ['@azure/storage-blob', '@azure/core-auth'],
  'adapters/cosmos': ['@azure/cosmos', '@azure/core-auth'],
  'adapters/entra': ['jose'],
  'adapters/dns-update': ['dns-packet'],
  'adapters/icalendar': ['ical.js', 'rrule-temporal', 'temporal-polyfill', 'windows-iana'],
  'adapters/key-vault': ['@azure/keyvault-secrets', '@azure/core-auth', '@azure/core-rest-pipeline'],
  'adapters/service-bus': ['@azure/service-bus', '@azure/core-auth'],
  'adapters/safe-http': ['undici', 'ipaddr.js'],
  'adapters/tables': ['csv-parse', 'fflate', 'read-excel-file', 'yaml'],
  'adapters/workload-controls': ['standardwebhooks'],
  'adapters/workbook': ['write-excel-file'],
  'movers/postgres': ['pg', 'pg-copy-streams'],
};

/** A layer inside another's folder follows its own line. Every layer may name the types of zod: contracts are made of it. */
const LAYERS = {
  contracts: { path: '^shared/contracts/', packages: ['zod'] },
  domain: { path: '^shared/domain/', imports: ['contracts'] },
  // Dates on a wall clock: what Node will have itself from version 26 on.
  calendars: {
    path: '^shared/domain/calendars/',
    imports: ['contracts', 'domain'],
    packages: ['temporal-polyfill'],
  },
  hash: { path: '^shared/domain/hash\\.ts$', imports: ['contracts', 'domain'], builtins: ['crypto'] },
  frozen: { path: '^shared/domain/frozen/', types: ['contracts'] },
  ports: {
    path: '^shared/ports/',
    imports: ['contracts', 'domain'],
    builtinTypes: ALL,
  },
  ledger: { path: '^shared/ledger/', imports: PORTS_AND_BELOW, packages: ['zod'] },
  adapters: { path: '^shared/adapters/', imports: PORTS_AND_BELOW, packages: ALL, builtins: ALL },
  movers: { path: '^shared/movers/', imports: PORTS_AND_BELOW, packages: ALL, builtins: ALL },
  orchestrations: {
    path: '^orchestrations/',
    imports: ['frozen'],
    types: ['contracts', 'domain'],
  },
  itineraries: { path: '^orchestrations/itineraries/', imports: ['contracts'] },
  functions: {
    path: '^functions/',
    imports: [...PORTS_AND_BELOW, 'ledger', 'adapters', 'movers', 'orchestrations', 'templates'],
    packages: ALL,
    builtins: ALL,
  },
  host: { path: '^host/', imports: ['sqlite'], packages: ALL, builtins: ALL },
  clients: { path: '^clients/', imports: ['contracts'], packages: ALL, builtins: ALL },
  // It checks a log without the service, by the rules that wrote it.
  verifyLog: { path: '^clients/verify-log/', imports: ['contracts', 'domain'], builtins: ALL },
  // It restores what the movers saved without the service, which may be what was lost.
  restoreBackup: {
    path: '^clients/restore-backup/',
    imports: ['contracts', 'ports', 'adapters', 'movers'],
    packages: ALL,
    builtins: ALL,
  },
};

const PATHS = {
  ...Object.fromEntries(Object.entries(LAYERS).map(([name, { path }]) => [name, path])),
  sqlite: '^shared/adapters/sqlite/',
  // Data that comes with the application: it is compiled into it.
  templates: '^infra/templates/',
};
const listed = (names) => (names === ALL || names === undefined ? [] : names);
const pathsOf = (layers) => listed(layers).map((name) => PATHS[name]);
const packagePaths = (names) => listed(names).map((name) => `(^|/)node_modules/${name}/`);
const builtinPaths = (names) => listed(names).map((name) => `^(node:)?${name}$`);

/** An empty list of exceptions would be a pattern that excepts everything. */
const except = (paths) => (paths.length > 0 ? { pathNot: paths } : {});

const rule = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to });

const layerRules = ([name, layer]) => {
  const nested = Object.values(LAYERS).filter(
    ({ path }) => path !== layer.path && path.startsWith(layer.path),
  );
  const from = { path: layer.path, ...except(nested.map(({ path }) => path)) };
  const callable = [layer.path, ...pathsOf(layer.imports), ...packagePaths(layer.packages)];
  const zod = packagePaths(['zod']);
  const typesOnly = [...pathsOf(layer.types), ...(layer.packages === ALL ? [] : zod)];

  const rules = [
    rule(`${name}-imports`, `${name} may not know this part of Causeway.`, from, {
      path: OUR_CODE,
      pathNot: [...callable, ...typesOnly],
    }),
  ];
  if (typesOnly.some((path) => !callable.includes(path))) {
    const to = { path: typesOnly, pathNot: callable, dependencyTypesNot: TYPES };
    rules.push(rule(`${name}-types-only`, `${name} may use the types of this, not its values.`, from, to));
  }
  if (layer.packages !== ALL) {
    const to = { dependencyTypes: PACKAGES, pathNot: [...packagePaths(layer.packages), ...zod] };
    rules.push(rule(`${name}-packages`, `${name} may not use this package.`, from, to));
  }
  if (layer.builtins !== ALL) {
    const exceptTypes = layer.builtinTypes === ALL ? { dependencyTypesNot: TYPES } : {};
    const to = { dependencyTypes: ['core'], ...except(builtinPaths(layer.builtins)), ...exceptTypes };
    rules.push(rule(`${name}-builtins`, `${name} may not use Node's own modules.`, from, to));
  }
  return rules;
};

const sdkRule = (name, from, packages = []) =>
  rule(name, 'An adapter or mover uses its own SDK. If this is it, list it in SDKS.', from, {
    dependencyTypes: PACKAGES,
    pathNot: packagePaths([...packages, 'zod']),
  });
const listedFolders = Object.keys(SDKS).map((folder) => `^shared/${folder}/`);
const sdkRules = [
  sdkRule('own-sdk-only', { path: '^shared/(adapters|movers)/', pathNot: listedFolders }),
  ...Object.entries(SDKS).map(([folder, packages]) =>
    sdkRule(`own-sdk-only:${folder}`, { path: `^shared/${folder}/` }, packages),
  ),
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...Object.entries(LAYERS).flatMap(layerRules),
    ...sdkRules,
    rule(
      'no-sibling',
      'Adapters and movers do not know each other; what two of them need belongs to a port or the domain.',
      { path: '^shared/(adapters|movers)/([^/]+)' },
      { path: '^shared/(adapters|movers)/', pathNot: '^shared/$1/$2(/|$)' },
    ),
    rule(
      'itinerary-from-input',
      'A running cutover carries the itinerary it started with; read it from the input.',
      { path: PATHS.orchestrations, pathNot: PATHS.itineraries },
      { path: PATHS.itineraries, dependencyTypesNot: TYPES },
    ),
    rule(
      'ports-not-adapters',
      'A function is handed ports by the composition root; only that knows which adapters serve them.',
      { path: '^functions/[^/]+/' },
      { path: '^shared/adapters/' },
    ),
    rule(
      'sqlite-on-one-machine',
      'node:sqlite must not come with the Azure adapters.',
      { path: '^(functions|orchestrations|shared|clients)/', pathNot: PATHS.sqlite },
      { path: '^(node:)?sqlite$' },
    ),
    rule(
      'no-dev-packages',
      'What runs in production comes from dependencies.',
      { path: '^(functions|orchestrations|shared|host)/' },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: TYPES },
    ),
    rule('no-test-code', 'Only tests import tests.', { pathNot: '^test/' }, { path: '^test/' }),
    rule('no-circular', 'Two files that import each other are one, or three.', {}, { circular: true }),
    rule(
      'not-resolvable',
      'No such file or installed package. The peers of benchmarks are installed only where they are run.',
      { pathNot: '^test/bench/engine/(dbos|restate)-' },
      { couldNotResolve: true },
    ),
  ],
  options: {
    exclude: { path: '^(dist|data|coverage|eslint-rules)/' },
    doNotFollow: { path: '(^|/)node_modules/' },
    tsPreCompilationDeps: true,
    detectProcessBuiltinModuleCalls: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'require', 'node', 'default'],
    },
  },
};
