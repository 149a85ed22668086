import type { Settings } from './settings';

/** What somebody who has just started the control plane on one machine needs to know. */
export const welcome = (settings: Settings): string => `
Causeway is ready: ${settings.publicUrl()}/api (OpenAPI at ${settings.publicUrl()}/api/openapi.json)
  Sign in   every call carries a bearer token. Make one on this machine:
            npm run causeway -- token create --name "Your Name" --role lead --data ${settings.dataDir} --url ${settings.publicUrl()}
  Next      npm run causeway -- --help shows how to register workloads, plan a wave, start it and answer its gates.
  Storage   ${storage(settings)}
  Teams     ${settings.teamsWebhookSecret === null ? 'none: questions wait in "npm run causeway -- gates list"' : `webhook from secret ${settings.teamsWebhookSecret}`}
`;

const storage = ({ blobAccount, blobConnection }: Settings): string => {
  if (blobAccount !== null) return `${blobAccount.url}, signed for by secret ${blobAccount.secretName}`;
  return blobConnection === null
    ? 'none yet: set CAUSEWAY_BLOB_CONNECTION before a wave starts'
    : 'set by CAUSEWAY_BLOB_CONNECTION';
};
