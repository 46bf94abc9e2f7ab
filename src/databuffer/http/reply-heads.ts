import type { Socket } from 'node:net';

/** `HTTP/1.1 100`: a status line up to the end of its code. */
const STATUS_END = 12;
const INFORMATION = /^HTTP\/1\.[01] 1\d\d/;
/** As far as it takes to tell that an answer of the old version informs, and where the version ends. */
const OLD_INFORMATION = 'HTTP/1.0 1';
const VERSION_END = 8;
/** Undici itself refuses headers of more than 16 KiB. */
const MAX_HEAD_BYTES = 32 * 1024;
/** Of a chunk, looked at together: most heads end within them, and what follows need not become a text. */
const PIECE_BYTES = 1024;
const END_OF_HEAD = /\r?\n\r?\n/;
const LENGTH_HEADERS = /^(?:content-length|transfer-encoding)[ \t]*:[^\r\n]*/gim;

/** Headers that give the length of a reply more than once. */
export class ContradictoryLengths extends Error {
  override readonly name = 'ContradictoryLengths';
  readonly code = 'contradictory_lengths';

  /** @param lines of the headers, as they came */
  constructor(lines: readonly string[]) {
    super(`contradictory lengths: ${lines.join(', ')}`);
  }
}

/**
 * Looks at the heads of the replies that come from a socket before undici does.
 *
 * Undici breaks off at a `100 Continue` that it did not ask for, and passes over other informational
 * answers: it gets to see a `102 Processing` instead. Behind one of HTTP/1.0 it takes the connection for
 * ended: it gets to see HTTP/1.1. And it does not tell what is wrong with lengths that contradict each
 * other: the socket ends with a ContradictoryLengths.
 */
export function lookingAtHeads(socket: Socket): Socket {
  const heads = new ReplyHeads();
  const read = socket.read.bind(socket);
  let written = -1;
  socket.read = (size?: number): Buffer | null => {
    for (;;) {
      const chunk = read(size) as Buffer | null;
      if (chunk === null) return null;
      // Requests don't overlap: what is read first after one was sent begins its reply.
      const { bytesWritten } = socket;
      if (bytesWritten !== written) heads.expect();
      written = bytesWritten;
      try {
        const bytes = heads.take(chunk);
        if (bytes.length > 0) return bytes;
      } catch (error) {
        socket.destroy(error as Error);
        return null;
      }
    }
  };
  return socket;
}

/** Follows a reply up to the end of its headers. */
class ReplyHeads {
  private isExpected = false;
  /** The part of the current head that has come. */
  private head = '';
  /** Bytes that wait for those behind them. */
  private held: Buffer | undefined;

  /** The next bytes begin a reply. */
  expect(): void {
    this.isExpected = true;
    this.head = '';
    this.held = undefined;
  }

  /**
   * Changes the bytes of an answer that informs.
   *
   * @returns what is known to be right, maybe nothing yet; that of a head which goes on may be kept
   * @throws ContradictoryLengths
   */
  take(chunk: Buffer): Buffer {
    const bytes = this.held ? Buffer.concat([this.held, chunk]) : chunk;
    this.held = undefined;
    let at = 0;
    while (this.isExpected && at < bytes.length) {
      if (this.isOpen(bytes, at)) {
        this.held = Buffer.from(bytes.subarray(at));
        return bytes.subarray(0, at);
      }
      at = this.takeHead(bytes, at);
    }
    // Undici keeps the head in pieces until it ends, and the socket reads into the same memory meanwhile.
    return this.isExpected ? Buffer.from(bytes) : bytes;
  }

  /** Whether the version stands at the end, and not yet what it belongs to. */
  private isOpen(bytes: Buffer, from: number): boolean {
    const text = this.head + bytes.toString('latin1', from, from + OLD_INFORMATION.length);
    return (
      text.length >= VERSION_END && text !== OLD_INFORMATION && OLD_INFORMATION.startsWith(text)
    );
  }

  /** @returns where the next head begins, or where to go on if this one has not ended */
  private takeHead(chunk: Buffer, from: number): number {
    const before = this.head.length;
    const end = Math.min(chunk.length, from + PIECE_BYTES, from + MAX_HEAD_BYTES - before);
    const text = this.head + chunk.toString('latin1', from, end);
    if (before < STATUS_END && text.length >= STATUS_END && text.slice(9, STATUS_END) === '100') {
      chunk.write('2', from + STATUS_END - 1 - before, 'latin1');
    }
    if (before < VERSION_END && text.startsWith(OLD_INFORMATION)) {
      chunk.write('1', from + VERSION_END - 1 - before, 'latin1');
    }
    const match = END_OF_HEAD.exec(text);
    if (match === null) {
      this.head = text;
      this.isExpected = text.length < MAX_HEAD_BYTES;
      return end;
    }
    const head = text.slice(0, match.index);
    this.head = '';
    this.isExpected = INFORMATION.test(head);
    if (!this.isExpected) ensureOneLength(head);
    return from + match.index + match[0].length - before;
  }
}

function ensureOneLength(head: string): void {
  const lines = (head.match(LENGTH_HEADERS) ?? []).map((line) => line.trim());
  const given = lines.filter((line) => /^content/i.test(line));
  if ((given.length > 0 && lines.length > 1) || given.some((line) => line.includes(','))) {
    throw new ContradictoryLengths(lines);
  }
}
