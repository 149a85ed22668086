/**
 * Preloaded into Azurite, which otherwise also loads an SDK for telemetry and drivers of databases: four in five of its modules, and
 * two thirds of the work of its start. Both are switched off here; whatever asks for one of them breaks at once.
 */
const Module = require('node:module');

const UNUSED = new Set(['applicationinsights', './SqlBlobServer']);
const load = Module._load;

Module._load = function (request, ...rest) {
  return UNUSED.has(request) ? {} : load.call(this, request, ...rest);
};
