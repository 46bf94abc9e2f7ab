/** Base class of errors of a socket or of a message to send; `code` is stable. */
export abstract class TransportError extends Error {
  abstract readonly code: string;
}

/** A value that is not of its channel's type and shape can't be sent. */
export class UnencodableValue extends TransportError {
  override readonly name = 'UnencodableValue';
  readonly code = 'unencodable_value';

  constructor(
    readonly channel: string,
    readonly type: string,
  ) {
    super(
      `Channel '${channel}' can't be sent: its value is not of the type ${type} and its shape.`,
    );
  }
}

/** Data that can't be written as JSON can't be sent with a pattern that was not declared. */
export class UnencodableData extends TransportError {
  override readonly name = 'UnencodableData';
  readonly code = 'unencodable_data';

  constructor(
    readonly pattern: string,
    options?: ErrorOptions,
  ) {
    super(
      `The data of '${pattern}' can't be sent: JSON has no form for it. Declare the pattern to send its fields as channels.`,
      options,
    );
  }
}

/** Patterns that were declared so that their messages could not be told apart. */
export class PatternUnusable extends TransportError {
  override readonly name = 'PatternUnusable';
  readonly code = 'pattern_unusable';

  constructor(
    readonly pattern: string,
    readonly reason: string,
  ) {
    super(
      `The pattern '${pattern}' can't be told by its channels: ${reason}. Give it a channel of its own.`,
    );
  }
}

/** A message that its receiver would take for one of another pattern, which was declared. */
export class AmbiguousMessage extends TransportError {
  override readonly name = 'AmbiguousMessage';
  readonly code = 'ambiguous_message';

  constructor(
    readonly pattern: string,
    readonly channels: readonly string[],
    readonly takenFor: string,
  ) {
    super(
      `'${pattern}' can't be sent with the channels ${channels.join(', ')}: it would be taken for '${takenFor}', which has them. Rename one.`,
    );
  }
}

/** A call that expects a reply: PUSH and PULL carry events one way only. */
export class NoReplies extends TransportError {
  override readonly name = 'NoReplies';
  readonly code = 'no_replies';

  constructor(readonly pattern: string) {
    super(`'${pattern}' would wait for a reply, and PUSH carries events only: use emit().`);
  }
}

/** The socket was closed: a message that fails with this error was not handed over. */
export class TransportClosed extends TransportError {
  override readonly name = 'TransportClosed';
  readonly code = 'transport_closed';

  constructor(
    readonly address: string,
    options?: ErrorOptions,
  ) {
    super(`The socket at ${address} is closed; the message was not handed over.`, options);
  }
}

/** The socket was used before it was opened. */
export class TransportNotOpen extends TransportError {
  override readonly name = 'TransportNotOpen';
  readonly code = 'transport_not_open';

  constructor(readonly address: string) {
    super(`No socket at ${address} yet: listen or connect first.`);
  }
}

/** ZMQ refused a message for another reason than missing peers. */
export class SendFailed extends TransportError {
  override readonly name = 'SendFailed';
  readonly code = 'send_failed';

  constructor(
    readonly address: string,
    options: { readonly cause: Error },
  ) {
    super(`A message could not be sent from ${address}: ${options.cause.message}.`, options);
  }
}

const REMEDIES: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use; stop the process that has it, or choose another port',
  // libzmq's word for a name that can't be resolved.
  EAGAIN: 'the host is not found; give a name or an address of this machine, or *',
  EACCES: 'the port needs privileges; choose one from 1024 on',
  ENODEV: 'the host is not an address of this machine; give one that is, or *',
  EADDRNOTAVAIL: 'the host is not an address of this machine; give one that is, or *',
};

/** An address that can't be bound or connected to: it is malformed, or not available to this machine. */
export class AddressUnusable extends TransportError {
  override readonly name = 'AddressUnusable';
  readonly code: 'address_in_use' | 'bad_address';

  constructor(
    readonly address: string,
    readonly mode: 'bind' | 'connect',
    options?: { readonly cause: NodeJS.ErrnoException },
  ) {
    const errno = options?.cause.code ?? '';
    const remedy = REMEDIES[errno] ?? 'give tcp://<host>:<port>, the port from 1 to 65535';
    super(`Can't ${mode} ${mode === 'connect' ? 'to ' : ''}'${address}': ${remedy}.`, options);
    this.code = errno === 'EADDRINUSE' ? 'address_in_use' : 'bad_address';
  }
}

/** Problems of an incoming message; stable, for counters and the file of rejected messages. */
export const MALFORMED_CODES = [
  'frame_count',
  'bad_header',
  'hash_mismatch',
  'unknown_type',
  'unsupported_compression',
  'bad_value',
  'unknown_message',
] as const;

export type MalformedCode = (typeof MALFORMED_CODES)[number];

/** A multipart message that is not bsread, or of a kind that this process does not take. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';

  /**
   * @param part what is wrong: the message, one of its headers, or a channel by name
   * @param problem what is wrong with it
   */
  constructor(
    readonly code: MalformedCode,
    readonly part: string,
    readonly problem: string,
  ) {
    super(`Not understood: ${part} ${problem}.`);
  }
}

/** A message that has to reach a queue reached none: the queue was deleted. */
export class NotRouted extends TransportError {
  override readonly name = 'NotRouted';
  readonly code = 'not_routed';

  constructor(
    readonly exchange: string,
    readonly key: string,
  ) {
    super(`RabbitMQ has no queue behind the exchange ${exchange} for ${key}.`);
  }
}
