import { correlationIdOf } from './correlation-id.js';
import type { RequestMessage } from '../runs/hand-on/request-message.js';
import type { FacilityRequest } from './facility-request.js';
import type { Action, Telling } from './told-lives.js';

/** A message for the facility's listeners. */
export interface StatusMessage {
  readonly action: Action;
  readonly routingKey: string;
  readonly headers: Readonly<Record<string, string | null>>;
  readonly correlationId: string;
  /** Nanoseconds since the epoch, as the facility has it: AMQP says seconds. */
  readonly timestamp: number;
  readonly body: Buffer;
}

const KEY_OF_REQUESTS = 'bs.*';

/** A message as the facility's own broker and writers have it, all keys of its headers included. */
export function statusMessage(
  requestId: string,
  request: FacilityRequest,
  { action, life, message }: Telling,
): StatusMessage {
  const isFromBroker = action === 'write_request';
  return {
    action,
    routingKey: isFromBroker ? KEY_OF_REQUESTS : '',
    headers: isFromBroker
      ? fromBroker(KEY_OF_REQUESTS)
      : {
          action,
          source: 'sf_daq_writer',
          routing_key: '*',
          file: request.output_file,
          message: message ?? null,
        },
    correlationId: correlationIdOf(requestId, life),
    // The client library takes no BigInt: such a number is exact to 256 ns, as the request's own time is.
    timestamp: Math.round(request.timestamp * 1e6) * 1000,
    body: Buffer.from(JSON.stringify(request)),
  };
}

/** That a request was handed on to others, which is all that this broker knows of it. */
export function announcement({
  routingKey,
  correlationId,
  timestamp,
  body,
}: RequestMessage): StatusMessage {
  const headers = fromBroker(routingKey);
  return { action: headers.action, routingKey, headers, correlationId, timestamp, body };
}

function fromBroker(routing_key: string) {
  return { action: 'write_request', source: 'BrokerClient', routing_key } as const;
}
