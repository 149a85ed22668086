import type { Endpoint } from '../contracts/endpoint';

export interface EndpointSight {
  /** Where the endpoint was found, as far as that could be seen. */
  readonly addresses: readonly string[];
  /** Why it cannot be reached, in words for people; null where it can. */
  readonly problem: string | null;
}

/** Looks whether an endpoint can be reached (R94). Nothing is changed anywhere. */
export interface EndpointProbe {
  /** One look, within a minute or two. What is wrong with the endpoint, or with the way there, is the result and never thrown. */
  look(endpoint: Endpoint): Promise<EndpointSight>;
}
