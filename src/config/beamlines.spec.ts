import { describe, expect, it } from 'vitest';
import { FACILITY_BEAMLINES } from './beamline-networks.js';
import { Beamlines } from './beamlines.js';
import { BrokerSettings } from './broker-settings.js';
import { InvalidSettings } from './errors.js';
import { loadSettings } from './load-settings.js';

const settings = (flags: Record<string, unknown>) =>
  loadSettings(BrokerSettings, { flags, environment: {} });

function problemsOf(flags: Record<string, unknown>): readonly string[] {
  try {
    settings(flags);
  } catch (error) {
    if (error instanceof InvalidSettings) return error.problems;
    throw error;
  }
  return [];
}

describe('beamlines', () => {
  const beamlines = new Beamlines(FACILITY_BEAMLINES);

  it.each([
    ['129.129.242.17', 'alvra'],
    ['::ffff:129.129.243.1', 'bernina'],
    ['129.129.247.254', 'furka'],
    ['129.129.248.1', undefined],
    ['127.0.0.1', undefined],
    ['unknown', undefined],
    ['', undefined],
  ])('%s is of %s', (address, name) => expect(beamlines.beamlineOf(address)).toBe(name));

  it('may have several networks, and parts of others’', () => {
    const nested = new Beamlines(['a=10.0.0.0/8', 'b=10.1.0.0/16', 'a=10.1.1.1', 'a=fd00::/8']);
    expect(nested.names).toEqual(['a', 'b']);
    const addresses = ['10.2.0.1', '10.1.0.1', '10.1.1.1', 'fd00::1%eth0'];
    expect(addresses.map((each) => nested.beamlineOf(each))).toEqual(['a', 'b', 'a', 'a']);
  });

  it('are the facility’s where nothing is said', () => {
    expect(settings({}).beamlines).toEqual(FACILITY_BEAMLINES);
    expect(settings({ beamlines: 'a=10.0.0.1, b=10.0.0.2' }).beamlines).toHaveLength(2);
  });

  it('are refused with all that is wrong, and what to write', () => {
    expect(
      problemsOf({ beamlines: ['alvra:10.0.0.0/8', 'a/b=10.0.0.1', 'b=10.0.0.0/33'] }),
    ).toEqual([
      expect.stringMatching(
        /^--beamlines contains 'alvra:10.0.0.0\/8', .*write it like.*'a\/b=10.*'b=10.0.0.0\/33'/,
      ),
    ]);
    expect(problemsOf({ beamlines: ['a=10.0.0.0/8', 'b=10.9.9.9/8'] })).toEqual([
      expect.stringContaining("'a=10.0.0.0/8', whose network is b's as well"),
    ]);
    expect(problemsOf({ beamlines: '' })).toEqual([
      expect.stringContaining('--beamlines needs one entry at least'),
    ]);
  });
});

describe('settings of runs', () => {
  it.each([
    ['alvra=JF02T09V02', []],
    ['alvra=JF02/x', [/^--detectors contains 'alvra=JF02\/x', which is no beamline=name/]],
    ['alvra=..', [/no beamline=name/]],
    ['alvra=BSDATA', [/that of a run's other files/]],
    ['x=JF1', [/no network: add x=network to --beamlines/]],
  ])('take detectors %s, or say why not', (detectors, problems) => {
    expect(problemsOf({ detectors })).toEqual(
      problems.map((each) => expect.stringMatching(each) as unknown),
    );
  });

  it.each([
    [{ pgroup_root: '/sf/data' }, /^--pgroup_root needs \{pgroup\} in it/],
    [
      { pgroup_root: '/sf/{group}/{pgroup}' },
      /contains \{group\}, .*use \{beamline\} or \{pgroup\}/,
    ],
    [{ pgroup_root: '/{pgroup}/raw' }, /must begin with a folder that always is the same/],
    [{ pgroup_root: '/sf/{pgroup}/{raw' }, /a brace too many/],
    [{ pgroup_root: '' }, /must be a path/],
    [{ pv_list_file: '/sf/{pgroup}.json' }, /contains \{pgroup\}, .*: use \{beamline\}$/],
    [{ slow_rest_port: '10002' }, /must differ from --rest_port/],
    [{ request_exchange: 'x', status_exchange: 'x' }, /must differ from --status_exchange/],
    [{ trusted_proxies: 'proxy.example' }, /^--trusted_proxies contains 'proxy.example'/],
    [{ longest_retrieval: '0' }, /must be 1 at least/],
  ])('refuse %j', (flags, problem) => {
    expect(problemsOf(flags)).toEqual([expect.stringMatching(problem)]);
  });

  it('take any free port twice, and a template of a relative folder', () => {
    const { slow_rest_port, pgroup_root } = settings({
      ...{ rest_port: '0', slow_rest_port: '0', pgroup_root: 'data/{pgroup}/raw' },
    });
    expect(slow_rest_port).toBe(0);
    expect(pgroup_root).toBe(`${process.cwd()}/data/{pgroup}/raw`);
  });
});
