import { afterAll, beforeAll } from '@jest/globals';
import { host } from './conformance-host';
import './subjects/activities';
import './subjects/call-http';
import './subjects/client';
import './subjects/commands';
import './subjects/compounds';
import './subjects/continue-as-new';
import './subjects/custom-status';
import './subjects/errors';
import './subjects/events';
import './subjects/http-api';
import './subjects/non-determinism';
import './subjects/payloads';
import './subjects/retries';
import './subjects/rewind';
import './subjects/sub-orchestrations';
import './subjects/timers';

/** Each subject registers its tests as it is imported, so that one host serves them all. */
beforeAll(() => host.start());
afterAll(() => host.dispose());
