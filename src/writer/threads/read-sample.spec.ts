import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { DataApiProtocol } from '../../config/writer-settings.js';
import { Hdf5Library } from '../../hdf5/library/hdf5-library.js';
import type { ChannelHeader, RowBlock } from '../../rows/row-block.js';
import { JobTools } from '../job/job-tools.js';
import { readSample, type SampleSize } from './read-sample.js';

const folder = mkdtempSync(join(tmpdir(), 'sample-'));
afterAll(() => rmSync(folder, { recursive: true }));

const library = await Hdf5Library.load();

function toolsFor(dataApiProtocol: DataApiProtocol): JobTools {
  const options = {
    // Nobody is asked there.
    dataApiUrl: 'http://127.0.0.1:9/api/4',
    dataApiProtocol,
    outputRoots: [folder],
    stateDirectory: folder,
    errorIfNoData: false,
  };
  return new JobTools(options, library);
}

async function read(protocol: DataApiProtocol, size: SampleSize, wanted = () => false) {
  const tools = toolsFor(protocol);
  const rows = new Map<string, number>();
  const sink = {
    openChannel: ({ name }: ChannelHeader) => ({
      append: (block: RowBlock) => void rows.set(name, (rows.get(name) ?? 0) + block.rows),
      close: () => undefined,
    }),
    headerOf: () => undefined,
  };
  try {
    await readSample(tools, sink, { size, spoolPath: join(folder, 'spool'), wanted });
  } finally {
    await tools.connections.close();
  }
  return rows;
}

describe.each(['json', 'binary', 'api4'] as const)(
  'what is read of a made-up reply, %s',
  (protocol) => {
    it('is all of it', async () => {
      const small = await read(protocol, 'small');
      expect([small.size, new Set(small.values())]).toEqual([24, new Set([20])]);
      const large = await read(protocol, 'large');
      expect(large.get('SCALAR-7')).toBe(2000);
      expect([large.get('WAVEFORM'), large.get('LONG')]).toEqual([120, 800]);
    });

    it('is less where a job waits', async () => {
      let asked = 0;
      const rows = await read(protocol, 'large', () => ++asked > 3);
      expect(rows.get('LONG')).toBeUndefined();
    });
  },
);
