import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatTrailLine } from '../../src/audit/trail-line.js';
import { writeRequest } from '../../src/writer/write-request.fixture.js';
import { Beamline } from '../support/beamline.js';
import { MAIN } from '../support/service.js';

let beamline: Beamline;

beforeEach(async () => {
  beamline = await Beamline.prepare();
});

afterEach(() => beamline.clear());

describe('what can’t work is said at start', () => {
  it('an address space that is too small for HDF5', () => {
    const trail = join(beamline.folder, 'trail');
    const file = join(beamline.folder, 'x.h5');
    writeFileSync(trail, `${formatTrailLine(writeRequest(file, ['A']))}\n`);
    writeFileSync(file, 'of somebody');
    const roots = ['--output_root', beamline.folder];
    const source = ['--data_api_url', 'http://127.0.0.1:9/query'];
    for (const command of [
      ['writer', beamline.stream, ...source, ...roots],
      ['write', trail, '--line', '1', ...source, ...roots],
      ['check', file],
      ['audit', 'status', trail, ...roots],
      ['audit', 'replay', trail, '--dry_run', ...roots],
    ]) {
      const limited = `ulimit -v ${2 * 1024 * 1024} && exec "$@"`;
      const args = ['-c', limited, 'sh', process.execPath, MAIN, ...command];
      const { status, stdout, stderr } = spawnSync('sh', args, { encoding: 'utf8' });
      expect(stderr).toMatch(/reserves 10 GB of address space.* raise it, or lift it \(LimitAS=/);
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    }
  });

  it('descriptors that are too few', () => {
    const writer = [beamline.stream, '--data_api_url', 'http://127.0.0.1:9/query'];
    const broker = ['--audit_file', join(beamline.folder, 'trail.log')];
    for (const [most, command, options] of [
      [24, 'writer', writer],
      [28, 'writer', writer],
      [32, 'writer', writer],
      [32, 'broker', broker],
      [32, 'broker', [...broker, '--log_format', 'json']],
    ] as const) {
      const limited = `ulimit -n ${most} && exec "$@"`;
      const args = ['-c', limited, 'sh', process.execPath, MAIN, command, ...options];
      const { status, stderr } = spawnSync('sh', args, { encoding: 'utf8' });
      expect(stderr).toMatch(/^[^\n]*no descriptors are left[^\n]*ulimit -n\)[^\n]*\n$/);
      expect(status).toBe(1);
    }
  });
});
