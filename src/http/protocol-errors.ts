import { STATUS_CODES, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { SECURITY_HEADERS } from './security-headers.js';

// So long a client may go on sending before its connection is cut: cut at once it would lose the reply.
const LINGER_MS = 1000;

const HTTP_STATUS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/**
 * Answers malformed HTTP, which never becomes a call, with the headers that every reply has.
 * A call without Host is let through to the handlers.
 *
 * @param bodyOf the JSON text to answer, for an HTTP status and the reason
 */
export function answerProtocolErrors(
  server: Server,
  bodyOf: (status: number, reason: string) => string,
): void {
  Object.assign(server, { requireHostHeader: false });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (socket.writableEnded) return;
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const status = HTTP_STATUS[error.code ?? ''] ?? 400;
    answer(socket, status, bodyOf(status, `${error.message} (${error.code})`));
  });
  server.on('checkExpectation', ({ headers }, response) => {
    const reason = `nothing can be expected but 100-continue, not ${headers.expect}`;
    const body = bodyOf(417, reason);
    response.writeHead(417, headersOf(body)).end(body);
  });
}

/** Writes a reply to a connection that has no call under way, and ends it. */
function answer(socket: Duplex, status: number, body: string): void {
  const head = Object.entries(headersOf(body)).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join('')}\r\n${body}`);
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

function headersOf(body: string) {
  return {
    ...SECURITY_HEADERS,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
  };
}
