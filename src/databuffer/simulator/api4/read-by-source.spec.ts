import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PulseRange } from '../../../request/pulse-range.js';
import { Api4Source } from '../../api4/api4-source.js';
import { UnmappedPulses } from '../../errors.js';
import type { DownloadLimits } from '../../http/download-limits.js';
import { Connections } from '../../http/connections.js';
import { RecordingSink } from '../../json/recording-sink.fixture.js';
import { questionFor } from '../../question.fixture.js';
import { valueAt } from '../channel-value.js';
import { pulseIdAt } from '../pulse-clock.js';
import { hasPoint, isScalar } from '../simulated-channel.js';
import { type RunningSimulator, startSimulator } from '../simulator.fixture.js';
import { type Api4Channel, lengthAt, timeOf } from './api4-channel.js';
import { API4_CATALOGUE } from './channels.js';

const START = pulseIdAt(Date.UTC(2025, 5, 1));
/** With 64 rows of a channel at 100 Hz, by which the length of its rows is settled. */
const PULSES = 70;
const RANGE: PulseRange = { startPulseId: START, endPulseId: START + PULSES - 1 };

let simulator: RunningSimulator;
let connections: Connections;
beforeAll(async () => {
  simulator = await startSimulator();
  connections = new Connections();
});
afterAll(async () => {
  await connections.close();
  await simulator.app.close();
});

async function read(
  channels: readonly string[],
  path = '/api/4',
  range = RANGE,
  limits?: Partial<DownloadLimits>,
) {
  const source = new Api4Source({
    ...{ url: simulator.url + path, connections, channelsAtOnce: 4 },
    ...{ waitsMs: [1], limits },
  });
  const sink = new RecordingSink();
  return { sink, ...(await source.read(questionFor(channels, range), sink)) };
}

/** What a file has of a channel at a pulse: texts, numbers, bools as 0 and 1. */
function truth(channel: Api4Channel, pulseId: number): unknown[] {
  const value = valueAt(channel, pulseId);
  if (isScalar(channel)) return [typeof value === 'boolean' ? Number(value) : value];
  return Array.from(value as ArrayLike<unknown>);
}

function sameElements(found: readonly unknown[], expected: readonly unknown[]): boolean {
  return (
    found.length === expected.length && found.every((element, i) => Object.is(element, expected[i]))
  );
}

describe('what a writer reads from the simulator', () => {
  it('is every point of every channel', async () => {
    const channels = API4_CATALOGUE.filter(({ shape }) => shape.length < 2);
    const names = channels.map(({ name }) => name);
    const { sink, missing, complete } = await read(names);
    expect({ missing, complete }).toEqual({ missing: [], complete: new Set(names) });
    for (const channel of channels) {
      const { header, rows } = sink.channel(channel.name);
      const shape = isScalar(channel) ? [1] : channel.shape;
      expect(header).toMatchObject({ type: channel.type, shape });
      const pulses = Array.from({ length: PULSES }, (_, i) => START + i).filter(
        (id) => hasPoint(channel, id) && valueAt(channel, id) !== null,
      );
      const isPulsed = channel.behindPulse === undefined;
      expect(rows.map(({ pulseId }) => pulseId)).toEqual(
        pulses.map((id) => (isPulsed ? BigInt(id) : -1n)),
      );
      expect(rows.map(({ timestamp }) => timestamp)).toEqual(
        pulses.map((id) => timeOf(channel, id)),
      );
      // Waveforms take their time.
      const looked = isScalar(channel)
        ? pulses
        : pulses.filter((id) => id % 9 === 0 || id % 10 === 0);
      const wrong = looked.filter((pulseId) => {
        const isWhole = isScalar(channel) || lengthAt(channel, pulseId) === channel.shape[0];
        const { present, value } = rows[pulses.indexOf(pulseId)];
        if (!isWhole) return present !== 0;
        return present !== 1 || !sameElements(value, truth(channel, pulseId));
      });
      expect({ of: channel.name, wrong }).toEqual({ of: channel.name, wrong: [] });
    }
  });

  it('has units and descriptions', async () => {
    const { descriptions } = await read(['SIMULATOR-CHARGE', 'SIMULATOR-SCALAR-INT8-77']);
    expect(descriptions?.get('SIMULATOR-CHARGE')).toEqual({
      units: 'pC',
      description: 'a channel with a unit',
    });
    // Not listed, but found by its name.
    expect(descriptions?.get('SIMULATOR-SCALAR-INT8-77')?.description).toContain('noisy sine');
  });

  it.each([
    'NO-FINAL',
    'CONTINUE-AT',
    'INCOMPLETE',
    'KEEPALIVES',
    'CUT',
    'RESET',
    'STALL',
    'EMPTY',
    'EMPTY-500',
    'HTTP-503',
  ])('is whole in spite of %s', async (kind) => {
    const name = `SIMULATOR-FAULT-${kind}-1`;
    // A reply that stalls is given up soon; no other is held to it.
    const limits = kind === 'STALL' ? { silenceMs: 100 } : undefined;
    const names = ['SIMULATOR-PULSE-ID', name];
    const { sink, complete, channels } = await read(names, '/api/4', RANGE, limits);
    expect(sink.channel(name).rows.map(({ pulseId }) => Number(pulseId))).toEqual(
      Array.from({ length: PULSES }, (_, i) => START + i),
    );
    expect(complete).toEqual(new Set(['SIMULATOR-PULSE-ID', name]));
    expect(channels).toMatchObject([{ problems: [] }, { problems: [] }]);
  });

  it.each([
    ['ERROR-1', 35, 'server_error'],
    ['NO-FINAL-99', PULSES, 'incomplete'],
    ['HTTP-403-9', 0, 'http_status'],
  ])('is what it can be with %s, and says so', async (fault, rows, code) => {
    const name = `SIMULATOR-FAULT-${fault}`;
    const { complete, channels } = await read(['SIMULATOR-PULSE-ID', name]);
    expect(complete).toEqual(new Set(['SIMULATOR-PULSE-ID']));
    expect(channels).toMatchObject([{ rows: PULSES }, { name, rows, failure: { code } }]);
  });

  it('waits for slow channels, and knows no images', async () => {
    const range = { startPulseId: START, endPulseId: START + 4 };
    const names = ['SIMULATOR-SLOW-5-1', 'SIMULATOR-LATENCY-5-1', 'SIMULATOR-IMAGE-INT8-4X4-1'];
    const { rows, missing } = await read(names, '/api/4', range);
    expect({ rows, missing }).toEqual({ rows: 10, missing: names.slice(2) });
  });

  it('can not be mapped at first where its path says so', async () => {
    const path = '/faults/map-204-2/api/4';
    await expect(read(['SIMULATOR-PULSE-ID'], path)).rejects.toThrow(UnmappedPulses);
    expect((await read(['SIMULATOR-PULSE-ID'], path)).rows).toBe(PULSES);
  });
});
