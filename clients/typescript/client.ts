import createClient, { type Client } from 'openapi-fetch';
import type { paths } from './openapi.js';

export type BrokerClient = Client<paths>;

/**
 * A client of a broker: paths, parameters, bodies and replies are typed by its OpenAPI document. A call
 * returns `data`, or `error` where the broker refuses it.
 *
 * @param baseUrl of its REST interface, e.g. `http://localhost:10002`
 * @throws TypeError at a call, where the broker can't be reached
 */
export function brokerClient(baseUrl: string): BrokerClient {
  return createClient<paths>({ baseUrl });
}
