import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Hdf5File } from '../../src/hdf5/hdf5-file.js';
import { Hdf5Library } from '../../src/hdf5/library/hdf5-library.js';
import { Random } from './random.js';

/** Collections of texts; damaged headers of objects in them have HDF5 search without end. */
const TEXTS = Buffer.from('GCOL');
const HEADER_BYTES = 16;
const OBJECT_BYTES = 16;

/** HDF5 files with a few changed bytes, under names that requests ask for. */
export class Poison {
  private constructor(private readonly sample: Buffer) {}

  static async prepare(folder: string): Promise<Poison> {
    const path = join(folder, 'sample.h5');
    const general = { created: 'a', instrument: 'b', process: 'c', user: 'd' };
    const file = Hdf5File.create(await Hdf5Library.load(), { path, general, format: 'compact' });
    file.finish({ request_id: 'of nobody', request_timestamp: 1, failed_channels: ['A', 'B'] });
    return new Poison(readFileSync(path));
  }

  /** Leaves a damaged file, older than whatever is asked for. */
  leave(path: string, random: Random): void {
    const bytes = Buffer.from(this.sample);
    const texts = bytes.indexOf(TEXTS);
    const from = texts < 0 || random.chance(0.3) ? 0 : texts + HEADER_BYTES;
    const range = from === 0 ? bytes.length : OBJECT_BYTES;
    for (let n = 0; n < 4; n++) {
      bytes[from + Math.floor(random.between(0, range))] = random.whole(0, 255);
    }
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    utimesSync(path, 1, 1);
  }
}
