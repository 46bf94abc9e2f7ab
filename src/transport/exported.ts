/*
 * The transport for other Nest applications, `sf-databuffer-writer/transport`: docs/transport.md. What is not named
 * here may change with any version.
 */
export { ZmqClient, type ZmqClientOptions } from './zmq/zmq-client.js';
export { ZmqServer, type ZmqServerOptions } from './zmq/zmq-server.js';
export type { PeerSecurity } from './zmq/socket-options.js';
export { MessageContext, type MessageFacts, type TakeRejected } from './message-server.js';
export type { ChannelKind, DeclaredPatterns, PatternChannels } from './bsread/message-patterns.js';

export { decodeMessage } from './bsread/bsread-decoder.js';
export { encodeMessage, type ChannelToSend } from './bsread/bsread-encoder.js';
export type {
  BsreadChannel,
  BsreadMessage,
  BsreadTimestamp,
  BsreadValue,
  ByteOrder,
  UnreadableChannel,
} from './bsread/bsread-message.js';
export type { ElementType, NumericArray, NumericType } from '../encoding/element-type.js';

export {
  AddressUnusable,
  AmbiguousMessage,
  MalformedMessage,
  NoReplies,
  PatternUnusable,
  SendFailed,
  TransportClosed,
  TransportError,
  TransportNotOpen,
  UnencodableData,
  UnencodableValue,
  type MalformedCode,
} from './errors.js';
