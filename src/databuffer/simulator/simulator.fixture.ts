import type { AddressInfo } from 'node:net';
import type { INestApplication, LoggerService } from '@nestjs/common';
import { Agent, request } from 'undici';
import { createSimulator } from './create-simulator.js';

/** A simulator on a free port, for specs. */
export interface RunningSimulator {
  readonly app: INestApplication;
  readonly url: string;
  /** Events that were logged, with their fields. */
  readonly events: { message: unknown; fields: Record<string, unknown> }[];
  /** Posts a JSON body. */
  post(path: string, body: unknown): Promise<{ status: number; text: string }>;
  /** The text of the reply to a query for channels between two pulses; anything but 200 throws. */
  query(channels: readonly unknown[], startPulseId: number, endPulseId: number): Promise<string>;
}

export async function startSimulator(): Promise<RunningSimulator> {
  const events: RunningSimulator['events'] = [];
  const note = (message: unknown, fields: unknown) =>
    events.push({ message, fields: fields as Record<string, unknown> });
  const logger: LoggerService = { log: note, error: note, warn: note };
  const app = await createSimulator({ logger });
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  // Not the agent that all share: once a spec used Node's own fetch it is that one's, which takes a reply
  // for whole that was reset in the middle.
  const dispatcher = new Agent();
  const post: RunningSimulator['post'] = async (path, body) => {
    const reply = await request(url + path, {
      method: 'POST',
      dispatcher,
      // A spec that computes for long would find an idle connection closed.
      reset: true,
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: reply.statusCode, text: await reply.body.text() };
  };
  return {
    app,
    url,
    events,
    post,
    async query(channels, startPulseId, endPulseId) {
      const { status, text } = await post('/query', {
        channels,
        range: { startPulseId, endPulseId },
        configFields: ['type', 'shape'],
      });
      if (status !== 200) throw new Error(`${status}: ${text}`);
      return text;
    },
  };
}

export interface RepliedPoint {
  readonly pulseId: number;
  readonly globalDate: string;
  readonly value: unknown;
  readonly shape: number[];
}

export interface ParsedChannel {
  readonly data: RepliedPoint[];
  readonly configs: { type: string; shape: number[] }[];
  readonly channel: { name: string; backend: string };
}

/** A reply parsed without loss: bare NaN and infinities, and integers of 16 digits, become texts. */
export function parseReply(text: string): ParsedChannel[] {
  const exact = text.replaceAll(/(?<="value":|[[,])(NaN|-?Infinity|-?\d{16,})(?=[,\]}])/g, '"$1"');
  return JSON.parse(exact) as ParsedChannel[];
}
