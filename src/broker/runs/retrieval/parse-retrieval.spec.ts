import { describe, expect, it } from 'vitest';
import { exactJson, parseExactJson } from '../../../request/exact-json.js';
import { InvalidRunCall } from '../errors.js';
import { type RetrievalRules, parseRetrieval } from './parse-retrieval.js';

const RULES: RetrievalRules = { layout: 'run', longest: 60_001, detectors: ['JF01T03V01'] };
const FLAT: RetrievalRules = { ...RULES, layout: 'flat' };
const CALL = {
  pgroup: 'p12345',
  start_pulseid: 1000,
  stop_pulseid: 1099,
  channels_list: ['B', 'A'],
};

function problemsOf(call: unknown, rules = RULES): Record<string, string> {
  try {
    parseRetrieval(call, rules);
  } catch (error) {
    const { problems } = error as InvalidRunCall;
    return Object.fromEntries(problems.map(({ field, problem }) => [field, problem]));
  }
  return {};
}

describe('a retrieval', () => {
  it('is understood as it is', () => {
    expect(parseRetrieval(CALL, RULES)).toEqual({
      layout: 'run',
      pgroup: 'p12345',
      startPulseId: 1000,
      stopPulseId: 1099,
      rateMultiplicator: 1,
      tag: null,
      channels: ['B', 'A'],
      cameras: [],
      pvs: [],
      detectors: {},
      body: CALL,
      requestTime: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/) as string,
    });
  });

  it('takes numbers as text, as clients send them', () => {
    const call = {
      ...CALL,
      start_pulseid: '1000',
      stop_pulseid: ' 1099 ',
      run_number: '7',
      selected_pulse_ids: ['1001', 1003],
    };
    expect(parseRetrieval(call, RULES)).toMatchObject({
      startPulseId: 1000,
      stopPulseId: 1099,
      runNumber: 7,
      selectedPulseIds: [1001, 1003],
    });
  });

  it('has each name once: in order in the run layout, sorted in the flat one', () => {
    const call = { ...CALL, channels_list: ['Z', 'é', 'A', 'Z ', 'a'], pv_list: ['P', 'P'] };
    expect(parseRetrieval(call, RULES)).toMatchObject({
      channels: ['Z', 'é', 'A', 'a'],
      pvs: ['P'],
    });
    expect(parseRetrieval(call, FLAT).channels).toEqual(['A', 'Z', 'a', 'é']);
  });

  it('takes cameras whatever their name', () => {
    const call = { ...CALL, camera_list: ['CAM:FPICTURE', 'any'] };
    expect(parseRetrieval(call, RULES).cameras).toEqual(['CAM:FPICTURE', 'any']);
  });

  it('may have lists that are empty, but not none at all', () => {
    const { channels_list: _, ...without } = CALL;
    expect(parseRetrieval({ ...without, pv_list: [] }, RULES).channels).toEqual([]);
    expect(parseRetrieval({ ...without, detectors: {} }, RULES).detectors).toEqual({});
    expect(problemsOf(without)).toEqual({
      channels_list:
        'is missing, and camera_list, pv_list, detectors are too: give at least one of them',
    });
    expect(problemsOf({ ...without, channels_list: null })).toHaveProperty('channels_list');
  });

  it('takes null for what is not given', () => {
    const nothing = {
      rate_multiplicator: null,
      directory_name: null,
      user_tag: null,
      append_user_tag_to_data_dir: null,
      run_number: null,
      camera_list: null,
      pv_list: null,
      detectors: null,
      scan_info: null,
      selected_pulse_ids: null,
    };
    const parsed = parseRetrieval({ ...CALL, ...nothing }, FLAT);
    expect(parsed).not.toHaveProperty('runNumber');
    expect(parsed).not.toHaveProperty('directoryName');
    expect(parsed.rateMultiplicator).toBe(1);
  });

  it('keeps unknown keys, and numbers as they came', () => {
    const call =
      '{"pgroup":"p12345","start_pulseid":"1","stop_pulseid":2,"channels_list":["A"],' +
      '"gain":1.0,"big":9007199254740993,"client_name":"post_retrieve"}';
    expect(exactJson(parseRetrieval(parseExactJson(call), RULES).body)).toBe(call);
  });

  it('has its tag in the name of the folder only where that is asked for', () => {
    const call = { ...CALL, user_tag: 'a b/c' };
    expect(parseRetrieval(call, RULES)).not.toHaveProperty('suffix');
    const appended = { ...call, append_user_tag_to_data_dir: true };
    expect(parseRetrieval(appended, RULES)).toMatchObject({ tag: 'a b/c', suffix: 'a_b_c' });
    expect(parseRetrieval(appended, FLAT)).not.toHaveProperty('suffix');
    expect(parseRetrieval({ ...appended, user_tag: null }, RULES)).not.toHaveProperty('suffix');
  });

  it('has a directory in the flat layout alone', () => {
    const call = { ...CALL, directory_name: 'scan/one' };
    expect(parseRetrieval(call, FLAT).directoryName).toBe('scan/one');
    expect(parseRetrieval({ ...call, directory_name: '' }, FLAT)).not.toHaveProperty(
      'directoryName',
    );
    expect(parseRetrieval({ ...call, directory_name: '../x' }, RULES)).not.toHaveProperty(
      'directoryName',
    );
  });

  it.each([
    ['pgroup', undefined, 'is missing: give a pgroup, as p12345'],
    ['pgroup', 12345, 'must be a text, as p12345'],
    ['pgroup', 'p1/../p2', /names no pgroup/],
    ['start_pulseid', undefined, 'is missing: give the first pulse id'],
    ['start_pulseid', -1, /must be a pulse id/],
    ['start_pulseid', 1.5, /must be a pulse id/],
    ['start_pulseid', '', /must be a pulse id/],
    ['start_pulseid', '1e3', /must be a pulse id/],
    ['stop_pulseid', 999, 'is lower than start_pulseid'],
    ['stop_pulseid', 61_002, /at most 60001 are allowed/],
    ['rate_multiplicator', 3, 'must be one of 1, 2, 4, 8, 10, 20, 40, 50, 100'],
    ['channels_list', 'A', 'must be a list of channel names'],
    ['channels_list', ['A', 1], 'must be a list of channel names'],
    ['channels_list[1]', ['A', 'B/C'], /contains '\/'/],
    ['camera_list[0]', ['\n'], /is empty/],
    ['pv_list[0]', ['A\u0000'], /U\+0000/],
    [
      'channels_list',
      Array.from({ length: 50_001 }, (_, n) => `A${n}`),
      /are 50001; at most 50000/,
    ],
    ['detectors', ['JF01T03V01'], 'must be an object: options by name of the detector'],
    ['detectors', { JF01T03V01: 1 }, /must give options by name/],
    ['detectors["JF99"]', { JF99: {} }, /is no detector of this beamline, which has JF01T03V01/],
    ['detectors["../x"]', { '../x': {} }, /letters, digits/],
    ['run_number', 0, /must be a run number/],
    ['run_number', 'seven', /must be a run number/],
    ['user_tag', 5, 'must be a text'],
    ['append_user_tag_to_data_dir', 'yes', 'must be true or false'],
    ['scan_info', [], 'must be an object'],
    ['selected_pulse_ids', [1, 'x'], 'must be a list of pulse ids'],
    ['selected_pulse_ids', 5, 'must be a list of pulse ids'],
  ])('is refused for %s = %.60j', (field, value, problem) => {
    const key = field.replace(/\[.*/, '');
    const found = problemsOf({ ...CALL, [key]: value })[field];
    expect(found).toEqual(expect.stringMatching(problem));
  });

  it.each([
    ['directory_name', { directory_name: '../../p2/raw' }, /'\.\.'/],
    ['directory_name', { directory_name: '/etc' }, /below the raw folder/],
    ['scan_info.scan_name', { scan_info: { scan_name: '../x' } }, /leave '\/' out/],
    ['directory_name', { directory_name: 'a/'.repeat(600) }, /over 1000 bytes: shorten it/],
    ['scan_info.scan_name', { scan_info: { scan_name: 5 } }, /must be a text/],
  ])('is refused in the flat layout for %s %j', (field, fields, problem) => {
    expect(problemsOf({ ...CALL, ...fields }, FLAT)[field]).toMatch(problem);
  });

  it.each(['delay scan 1', '', null])('takes %j for the name of a scan', (scan_name) => {
    expect(problemsOf({ ...CALL, scan_info: { scan_name } }, FLAT)).toEqual({});
  });

  it('tells all that is wrong at once', () => {
    const wrong = {
      pgroup: '..',
      start_pulseid: 5,
      stop_pulseid: 4,
      rate_multiplicator: 7,
      channels_list: ['A', ''],
      camera_list: 1,
      detectors: { JF99: {} },
    };
    expect(Object.keys(problemsOf(wrong)).toSorted()).toEqual([
      'camera_list',
      'channels_list[1]',
      'detectors["JF99"]',
      'pgroup',
      'rate_multiplicator',
      'stop_pulseid',
    ]);
  });

  it('takes any name of a scan that can be a file, and none for an empty one', () => {
    for (const scan_name of ['delay scan 1', 'Strömung', '', null]) {
      expect(problemsOf({ ...CALL, scan_info: { scan_name } }, FLAT)).toEqual({});
    }
  });

  it.each(Object.keys(CALL).concat('rate_multiplicator', 'run_number', 'user_tag'))(
    'is refused for a %s that no number of JavaScript reaches',
    (field) => {
      const call = parseExactJson(JSON.stringify({ ...CALL, [field]: 0 }).replace(':0', ':1e999'));
      expect(Object.keys(problemsOf(call))).toEqual([field]);
    },
  );

  it('is refused for pulse ids that would be bent', () => {
    for (const id of ['9007199254740993', '"9007199254740993"']) {
      const call = parseExactJson(
        JSON.stringify({ ...CALL, start_pulseid: 2 ** 53, stop_pulseid: 0 }).replace(
          ':0',
          `:${id}`,
        ),
      );
      expect(problemsOf(call).stop_pulseid).toMatch(/must be a pulse id/);
    }
  });

  it.each([[undefined], [null], ['text'], [[]], [5]])('is no %j', (body) => {
    expect(Object.keys(problemsOf(body)).length).toBeGreaterThan(0);
  });

  it('takes 50,000 channels, and no more', () => {
    const channels_list = Array.from({ length: 50_000 }, (_, i) => `CHANNEL-${i}`);
    expect(parseRetrieval({ ...CALL, channels_list }, RULES).channels).toHaveLength(50_000);
    expect(problemsOf({ ...CALL, channels_list: [...channels_list, 'B'] })).toEqual({
      channels_list: 'are 50001; at most 50000 are allowed in one acquisition',
    });
  });

  it('takes any detector where it is not said which a beamline has, but none like another file', () => {
    const rules = { ...RULES, detectors: [] };
    expect(parseRetrieval({ ...CALL, detectors: { JF99: null } }, rules).detectors).toEqual({
      JF99: {},
    });
    expect(problemsOf({ ...CALL, detectors: { BSDATA: {} } }, rules)).toHaveProperty([
      'detectors["BSDATA"]',
    ]);
  });
});
