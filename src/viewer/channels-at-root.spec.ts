import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Hdf5Library } from '../hdf5/library/hdf5-library.js';
import { rowsAt, writePlotted } from '../hdf5/nexus/plotted-file.fixture.js';
import { asked, askedJson } from './asked.fixture.js';
import { FileViewer } from './file-viewer.js';

const folder = mkdtempSync(join(tmpdir(), 'viewed-root-'));
const file = join(folder, 'run.h5');
const unpulsed = join(folder, 'unpulsed.h5');
let viewer: FileViewer;

beforeAll(async () => {
  const number = (value: number) => ({
    type: 'float64' as const,
    shape: [1],
    parts: [rowsAt([7], () => [value])],
  });
  const channels = { A: number(1.5), data: number(2.5) };
  const library = await Hdf5Library.load();
  writePlotted(library, channels, { path: file, layout: 'root' });
  const withoutIds = rowsAt([7, 8], (id) => [id]).map((row) => ({ ...row, pulseId: -1 }));
  const others = {
    U: { ...number(0), parts: [withoutIds] },
    P: { ...number(0), parts: [rowsAt([5, 6], (id) => [id])] },
  };
  writePlotted(library, others, { path: unpulsed });
  viewer = new FileViewer({ folders: [folder], reserved: [] });
});

afterAll(async () => {
  await viewer.close();
  rmSync(folder, { recursive: true });
});

describe('a file with channels at its root', () => {
  it.each([
    ['A', 1.5],
    ['data', 2.5],
  ])('has the values of %s by its path, and by that of other files', async (name, value) => {
    for (const path of [`/${name}`, `/${name}/data`, `/data/${name}`]) {
      const { text } = await asked(viewer, { what: 'csv', file, path });
      expect(text.trimEnd().split(/\r?\n/).at(-1)).toMatch(new RegExp(`^7,.*,${value}$`));
    }
  });

  it('tells where the rows of each lie', async () => {
    const channels = ['A', 'data', 'B'];
    const reply = await askedJson(viewer, { what: 'coverage', file, channels, bins: 1 });
    expect(reply).toMatchObject({
      channels: [
        { name: 'A', rows: 1, bins: [1] },
        { name: 'data', rows: 1, bins: [1] },
        { name: 'B', error: "the file has no channel 'B'." },
      ],
    });
  });

  it('refuses a path of no channel by the name that it was asked by', async () => {
    const no = asked(viewer, { what: 'csv', file, path: '/data/B' });
    await expect(no).rejects.toThrow('/data/B is not a valid path');
  });
});

describe('a channel without pulse ids', () => {
  it('has none in a table, and lies nowhere in a range of pulses', async () => {
    const { text } = await asked(viewer, { what: 'csv', file: unpulsed, path: '/data/U' });
    expect(text.trimEnd().split(/\r?\n/).slice(1)).toEqual([',then,7', ',then,8']);
    const channels = ['U', 'P'];
    const reply = await askedJson(viewer, { what: 'coverage', file: unpulsed, channels, bins: 2 });
    expect(reply).toMatchObject({
      ...{ start_pulse_id: 5, stop_pulse_id: 6 },
      channels: [
        ...[{ name: 'U', rows: 2, present: 2, bins: [0, 0] }],
        ...[{ name: 'P', rows: 2, present: 2, bins: [1, 1] }],
      ],
    });
    expect(reply).toHaveProperty('channels.0.first_pulse_id', null);
    expect(reply).toHaveProperty('channels.0.last_pulse_id', null);
  });
});
