import type * as CosmosWriter from './outputs/cosmos-writer';
import type * as NamespaceSender from './outputs/namespace-sender';
import type * as CosmosChangeFeed from './triggers/cosmos-change-feed';
import type * as Namespace from './triggers/service-bus-namespace';
import type * as NamespacePump from './triggers/service-bus-namespace-pump';

/* eslint-disable @typescript-eslint/no-require-imports -- an import would load the SDKs at every start */

/**
 * What stands on an SDK of Azure, loaded when it is first asked for: an SDK takes half a second or a whole one, and an application that
 * keeps everything on this machine does without.
 */
export const azureSdkModules = {
  get cosmosChangeFeed() {
    return require('./triggers/cosmos-change-feed') as typeof CosmosChangeFeed;
  },
  get cosmosWriter() {
    return require('./outputs/cosmos-writer') as typeof CosmosWriter;
  },
  get namespace() {
    return require('./triggers/service-bus-namespace') as typeof Namespace;
  },
  get namespacePump() {
    return require('./triggers/service-bus-namespace-pump') as typeof NamespacePump;
  },
  get namespaceSender() {
    return require('./outputs/namespace-sender') as typeof NamespaceSender;
  },
};
