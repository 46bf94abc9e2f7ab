import { once } from 'node:events';
import { request as open, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { BinarySource } from '../binary/binary-source.js';
import { IncompleteReply } from '../errors.js';
import { RecordingSink } from '../json/recording-sink.fixture.js';
import { questionFor } from '../question.fixture.js';
import { CATALOGUE, findChannel } from './catalogue.js';
import { valueAt } from './channel-value.js';
import { pulseIdAt, timestampOf } from './pulse-clock.js';
import { isScalar, pulsesOf } from './simulated-channel.js';
import { type RunningSimulator, startSimulator } from './simulator.fixture.js';

let simulator: RunningSimulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.app.close());

const source = () => new BinarySource({ url: simulator.url });

async function read(
  channels: readonly string[],
  first: number,
  count: number,
): Promise<RecordingSink> {
  const range = { startPulseId: first, endPulseId: first + count - 1 };
  const sink = new RecordingSink();
  const result = await source().read(questionFor(channels, range), sink);
  expect(result.missing).toEqual([]);
  return sink;
}

/** The elements of a value as rows have them. */
function elementsOf(value: unknown): unknown[] {
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array);
  return [typeof value === 'boolean' ? Number(value) : value];
}

describe('a binary reply', () => {
  const first = pulseIdAt(Date.UTC(2021, 9, 25));

  it('has every point of every channel that can be sent so', async () => {
    const channels = CATALOGUE.filter(({ shape }) => shape.length < 2);
    const sink = await read(
      channels.map(({ name }) => name),
      first,
      30,
    );
    for (const channel of channels) {
      const { header, rows } = sink.channel(channel.name);
      const sendable = channel.rate > 0 && (channel.type !== 'string' || isScalar(channel));
      const pulses = (sendable ? [...pulsesOf(channel, first, first + 29)] : []).filter(
        (pulseId) => !([null, ''] as unknown[]).includes(valueAt(channel, pulseId)),
      );
      expect(
        rows.map(({ pulseId }) => Number(pulseId)),
        `of ${channel.name}`,
      ).toEqual(pulses);
      if (sendable && rows.length > 0)
        expect(header).toMatchObject({ type: channel.type, shape: channel.shape });
      for (const [i, pulseId] of pulses.entries()) {
        const truth = valueAt(channel, pulseId);
        expect(rows[i]).toMatchObject({ timestamp: timestampOf(pulseId), present: 1 });
        expect(rows[i].value).toEqual(elementsOf(truth));
      }
    }
  });

  it.each([
    'SIMULATOR-CAMERA:FPICTURE',
    'SIMULATOR-CAMERA-SMALL:FPICTURE',
    'SIMULATOR-IMAGE-UINT8-128X64-1',
    'SIMULATOR-IMAGE-FLOAT32-31X17-1:FPICTURE',
    'SIMULATOR-IMAGE-INT64-64X128-1',
  ])('has the images of %s, packed', async (name) => {
    const channel = findChannel(name)!;
    const sink = await read([name], first, 20);
    const { rows } = sink.channel(name);
    expect(rows.map(({ pulseId }) => Number(pulseId))).toEqual([
      ...pulsesOf(channel, first, first + 19),
    ]);
    for (const { pulseId, value } of rows) {
      const truth = elementsOf(valueAt(channel, Number(pulseId)));
      expect(value.length).toBe(truth.length);
      expect(value.findIndex((element, i) => element !== truth[i])).toBe(-1);
    }
  });

  it('has no channel that is not known', async () => {
    const range = { startPulseId: 1, endPulseId: 2 };
    const channels = ['SIMULATOR-UNKNOWN', 'SIMULATOR-50HZ'];
    const question = questionFor(channels, range);
    expect(await source().read(question, new RecordingSink())).toMatchObject({
      missing: ['SIMULATOR-UNKNOWN'],
      rows: 1,
    });
  });

  it('can be incomplete, as its status says then', async () => {
    const channels = ['SIMULATOR-FAULT-INCOMPLETE-1', 'SIMULATOR-PULSE-ID'];
    const range = { startPulseId: 1, endPulseId: 10 };
    const question = questionFor(channels, range);
    await expect(source().read(question, new RecordingSink())).rejects.toThrow(IncompleteReply);
    expect((await source().read(question, new RecordingSink())).rows).toBe(20);
  });

  it('knows no status of what was never asked', async () => {
    const reply = await fetch(`${simulator.url}/requestStatus/x`);
    expect(reply.status).toBe(404);
  });

  it('waits for a client that does not read', async () => {
    const call = open(`${simulator.url}/query`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/octet-stream' },
    });
    const range = { startPulseId: 1, endPulseId: 1e6 };
    call.end(JSON.stringify({ channels: ['SIMULATOR-CAMERA:FPICTURE'], range }));
    const [reply] = (await once(call, 'response')) as [IncomingMessage];
    expect(reply.headers['content-type']).toBe('application/octet-stream');
    reply.pause();
    await read(['SIMULATOR-CAMERA-SMALL:FPICTURE'], 1, 40);
    const gone = once(reply, 'close');
    call.destroy();
    await gone.catch(() => undefined);
    const abandoned = await vi.waitFor(() => {
      const event = simulator.events.find(({ fields }) => fields?.stop_pulse_id === 1e6);
      expect(event).toBeDefined();
      return event!;
    }, 10_000);
    expect(abandoned.message).toBe('query abandoned by the client');
    expect(abandoned.fields.bytes).toBeLessThan(20e6);
  });
});
