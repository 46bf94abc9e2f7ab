import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { askH5py, HAS_H5PY } from '../../src/hdf5/python.fixture.js';
import { Api4Server } from '../api4-server.fixture.js';
import { hugeFrame } from '../support/api4/huge-frame.js';
import type { ReplyScript } from '../support/api4/reply-script.js';
import type { ServedChannel } from '../support/api4/served-channel.js';
import { eventsOf, PULSES, timeOfPulse } from '../support/api4/zoo.js';
import { Beamline } from '../support/beamline.js';
import { acquire, parametersFor } from '../support/detector.js';

const MIB = 1024 * 1024;
const ROWS = 850;
const ELEMENTS = 8192;

let beamline: Beamline;

beforeAll(async () => {
  beamline = await Beamline.prepare();
});

afterAll(() => beamline.clear());

it.runIf(HAS_H5PY)(
  'frames of 60 MiB in twenty replies at once take bounded memory',
  async () => {
    const names = Array.from({ length: 20 }, (_, i) => `HUGE-${i}`);
    const pulses = Array.from({ length: ROWS }, (_, i) => PULSES.start + i);
    const script: ReplyScript = { pieces: () => hugeFrame(pulses, timeOfPulse, ELEMENTS) };
    const server = await Api4Server.start({
      channels: names.map((name): ServedChannel => ({ name, type: 'f64', events: [] })),
      scripts: new Map(names.map((name) => [name, [script]])),
      timeOfPulse,
    });
    try {
      await beamline.broker();
      const writer = await beamline.writer(...server.flags, '--channels_at_once', '20');
      const file = beamline.file('huge.h5');
      const last = PULSES.start + ROWS - 1;
      await acquire(beamline.url, parametersFor(file, names), PULSES.start, last);
      await writer.event(({ msg, output_file }) => msg === 'file written' && output_file === file);
      const status = readFileSync(`/proc/${writer.child.pid}/status`, 'utf8');
      const mostMemory = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
      expect(Math.round(mostMemory / MIB)).toBeLessThan(300);
      const found = askH5py(file, [
        'def rows(name):',
        "    data = f['data'][name]['data']",
        `    rest = np.array([${[0, 1, 2].map((i) => Math.sin(i) / 3).join()}])`,
        '    first = data[:, 0] == np.arange(len(data)) + 0.1',
        '    same = (data[:, 1:4] == rest).all() and (data[:, -1] == data[0, -1]).all()',
        '    return [len(data), bool(first.all() and same)]',
        "print(json.dumps([rows(name) for name in sorted(f['data'])]))",
      ]);
      expect(found).toEqual(names.map(() => [ROWS, true]));
    } finally {
      await server.stop();
    }
  },
  300_000,
);

it('channels that hang are named, and hold up nobody else', async () => {
  const hanging: Record<string, readonly ReplyScript[]> = {
    SILENT: [{ latency: 2 ** 30 }],
    'STOPS-SENDING': [{ batch: 10, events: 40, ending: 'hangs' }],
    'ONLY-KEEPALIVES': [{ batch: 10, events: 20, ending: 'hangs', keepaliveMs: 500 }],
  };
  const names = ['A', ...Object.keys(hanging), 'B', 'C'];
  const server = await Api4Server.start({
    channels: names.map((name) => ({ name, type: 'i32', events: eventsOf((i) => i) })),
    scripts: new Map(Object.entries(hanging)),
    timeOfPulse,
  });
  try {
    const file = join(beamline.folder, 'request.json');
    const channels = names.map((name) => ({ name, backend: 'sf-databuffer' }));
    const range = { startPulseId: PULSES.start, endPulseId: PULSES.stop };
    const query = { channels, range };
    const parameters = { output_file: 'hanging.h5', output_file_format: 'compact' };
    writeFileSync(file, JSON.stringify({ data_api_request: query, parameters }));
    const write = beamline.run('write', file, ...beamline.writerFlags(), ...server.flags);
    await write.succeeds();
    const failures = write.events.filter(({ code }) => code === 'timed_out');
    expect(failures.map(({ channel, code }) => [channel, code])).toEqual(
      Object.keys(hanging).map((name) => [name, 'timed_out']),
    );
    // Each is asked twice, the second time from its last row on.
    const [first, second] = [3 * 80 + 40 + 20, 39 + 19];
    expect(write.output).toContain(
      `: 5 channels, ${first + second} rows, without SILENT, only a part of STOPS-SENDING, ONLY-`,
    );
  } finally {
    await server.stop();
  }
}, 300_000);
