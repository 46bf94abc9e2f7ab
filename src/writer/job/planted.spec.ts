import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Hdf5Library } from '../../hdf5/library/hdf5-library.js';
import { parseWriteRequest } from '../../request/parse-write-request.js';
import { temporaryFolders } from '../temporary-folder.fixture.js';
import { writeRequest } from '../write-request.fixture.js';
import type { Job, JobOptions } from './job.js';
import { JobTools } from './job-tools.js';
import { ProgressMeter } from './progress-meter.js';
import { writeHdf5File } from './write-hdf5-file.js';

describe('what is planted under the name of a file while its data comes', () => {
  const folder = temporaryFolders();
  let library: Hdf5Library;
  beforeAll(async () => {
    library = await Hdf5Library.load();
  });

  /** Writes `run/x.h5`, and does something between the first look at that name and its use. */
  async function write(
    meanwhile: (run: string, outside: string) => void,
    before: typeof meanwhile = () => {},
  ) {
    const [root, stateDirectory, outside] = [folder(), folder(), folder()];
    const options: JobOptions = {
      ...{ dataApiUrl: 'http://127.0.0.1:1', errorIfNoData: false },
      ...{ outputRoots: [root], stateDirectory },
    };
    const job: Job = {
      attemptId: 'a1',
      request: parseWriteRequest(writeRequest('run/x.h5', ['A'])),
    };
    const run = join(root, 'run');
    const file = join(run, 'x.h5');
    before(run, outside);
    const written = writeHdf5File(job, new JobTools(options, library), {
      fill: async () => {
        meanwhile(run, outside);
        return { channels: [] };
      },
      spillBuffer: new Uint8Array(1024),
      meter: new ProgressMeter(() => undefined),
      warn: (text) => expect.unreachable(text),
    });
    return { written, run, file, outside };
  }

  it('is replaced where it is a file, or a link that leads to one here', async () => {
    const { written, file } = await write((run) => {
      writeFileSync(join(run, 'other.h5'), 'other');
      symlinkSync('other.h5', join(run, 'x.h5'));
    });
    await expect(written).resolves.toMatchObject({ state: 'written' });
    expect(lstatSync(file).isFile()).toBe(true);
  });

  it('stays where it is a FIFO', async () => {
    const { written, file, run } = await write((path) => {
      execFileSync('mkfifo', [join(path, 'x.h5')]);
    });
    await expect(written).rejects.toMatchObject({ code: 'output_file_refused' });
    expect(lstatSync(file).isFIFO()).toBe(true);
    expect(readdirSync(run)).toEqual(['x.h5']);
  });

  it('stays where it is a folder', async () => {
    const { written, run } = await write((path) => mkdirSync(join(path, 'x.h5')));
    await expect(written).rejects.toMatchObject({ code: 'output_file_refused' });
    expect(readdirSync(run)).toEqual(['x.h5']);
  });

  it.each(['a link', 'a link to a device'])('stays where it is %s that leads out', async (what) => {
    const { written, file, outside } = await write((run, elsewhere) =>
      symlinkSync(what === 'a link' ? join(elsewhere, 'x.h5') : '/dev/zero', join(run, 'x.h5')),
    );
    await expect(written).rejects.toMatchObject({ code: 'output_file_refused' });
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(readdirSync(outside)).toEqual([]);
  });

  it('gets nothing where its folder became a link that leads out', async () => {
    const { written, outside } = await write((run, elsewhere) => {
      renameSync(run, `${run}-moved`);
      symlinkSync(elsewhere, run);
    });
    await expect(written).rejects.toMatchObject({ code: 'output_file_refused' });
    expect(readdirSync(outside)).toEqual([]);
  });

  it('is seen before anything is written where its folder leads out from the start', async () => {
    const { written, outside } = await write(
      () => expect.unreachable('asked for data'),
      (run, elsewhere) => symlinkSync(elsewhere, run),
    );
    await expect(written).rejects.toMatchObject({ code: 'output_file_refused' });
    expect(readdirSync(outside)).toEqual([]);
  });
});
