import { FileViewer } from './file-viewer.js';
import type { ViewCall } from './messages.js';

/** A call's reply as a whole. */
export interface WholeReply {
  readonly contentType: string;
  readonly bytes: Buffer;
  readonly text: string;
}

/** Asks, and waits for all of the reply. @throws what the viewer throws */
export async function asked(viewer: FileViewer, call: ViewCall): Promise<WholeReply> {
  const reply = await viewer.view(call, new AbortController().signal);
  const pieces: Uint8Array[] = [];
  for (let piece = await reply.next(); piece; piece = await reply.next()) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  const { contentType, length = bytes.length } = reply.head;
  if (length !== bytes.length) throw new Error(`${bytes.length} bytes came, not ${length}`);
  return { contentType, bytes, text: bytes.toString() };
}

/** The JSON of a reply. */
export async function askedJson(viewer: FileViewer, call: ViewCall): Promise<unknown> {
  return JSON.parse((await asked(viewer, call)).text) as unknown;
}

/** A call for values, with what is usual. */
export function dataCall(
  file: string,
  path: string,
  more: Partial<ViewCall & { what: 'data' }> = {},
): ViewCall & { what: 'data' } {
  return { what: 'data', file, path, format: 'json', flatten: false, safe: false, ...more };
}
