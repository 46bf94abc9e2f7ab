import type { Socket } from 'node:net';

/** `HTTP/1.1 100`: a status line up to the end of its code. */
const STATUS_END = 12;
const INFORMATION = /^HTTP\/1\.[01] 1\d\d/;
/** Undici itself refuses headers of more than 16 KiB. */
const MOST_HEAD_BYTES = 32 * 1024;
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
 * answers: it gets to see a `102 Processing` instead. And it does not tell what is wrong with lengths
 * that contradict each other: the socket ends with a ContradictoryLengths.
 */
export function lookingAtHeads(socket: Socket): Socket {
  const heads = new ReplyHeads();
  const read = socket.read.bind(socket);
  let written = -1;
  socket.read = (size?: number): Buffer | null => {
    const chunk = read(size) as Buffer | null;
    if (chunk === null) return null;
    // Requests don't overlap: what is read first after one was sent begins its reply.
    const { bytesWritten } = socket;
    if (bytesWritten !== written) heads.expect();
    written = bytesWritten;
    try {
      heads.take(chunk);
    } catch (error) {
      socket.destroy(error as Error);
      return null;
    }
    return chunk;
  };
  return socket;
}

/** Follows a reply up to the end of its headers. */
class ReplyHeads {
  private isExpected = false;
  /** What came of the current head. */
  private head = '';

  /** The next bytes begin a reply. */
  expect(): void {
    this.isExpected = true;
    this.head = '';
  }

  /** Changes the bytes of an unasked `100 Continue`. @throws ContradictoryLengths */
  take(chunk: Buffer): void {
    let at = 0;
    while (this.isExpected && at < chunk.length) at = this.takeHead(chunk, at);
  }

  /** @returns where the next head begins, the chunk's end if this one has not ended */
  private takeHead(chunk: Buffer, from: number): number {
    const before = this.head.length;
    const text = this.head + chunk.toString('latin1', from, from + MOST_HEAD_BYTES - before);
    if (before < STATUS_END && text.length >= STATUS_END && text.slice(9, STATUS_END) === '100') {
      chunk.write('2', from + STATUS_END - 1 - before, 'latin1');
    }
    const match = END_OF_HEAD.exec(text);
    if (match === null) {
      this.head = text;
      this.isExpected = text.length < MOST_HEAD_BYTES;
      return chunk.length;
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
