import { describe, expect, it } from 'vitest';
import { InvalidWriteRequest } from './errors.js';
import { outputFileOf, parseWriteRequest } from './parse-write-request.js';
import type { WriteRequest } from './write-request.js';

const query = {
  channels: [{ name: 'A', backend: 'sf-databuffer' }],
  range: { startPulseId: 5, endPulseId: 7 },
  response: { format: 'json', compression: 'none' },
};

function request(further: { query?: object; parameters?: object } = {}): WriteRequest {
  return {
    data_api_request: JSON.stringify({ ...query, ...further.query }),
    parameters: JSON.stringify({ output_file: '/sf/x.h5', ...further.parameters }),
    timestamp: 1529914272.1,
  };
}

const DEEP = `{"output_file":"/sf/x.h5","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;

function problemsOf(broken: WriteRequest): readonly string[] {
  try {
    parseWriteRequest(broken);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidWriteRequest);
    return (error as InvalidWriteRequest).problems.map(({ field }) => field);
  }
  return [];
}

describe('parseWriteRequest', () => {
  it('understands what an original broker sends', () => {
    expect(parseWriteRequest(request())).toEqual({
      id: undefined,
      key: expect.any(String),
      force: false,
      timestamp: 1529914272.1,
      outputFile: '/sf/x.h5',
      compact: true,
      layout: 'data',
      general: { created: '', instrument: '', process: '', user: '' },
      channels: query.channels,
      refusedChannels: [],
      pulseRange: query.range,
      query,
    });
  });

  it('turns whatever stands under general into text', () => {
    const parameters = {
      'general/user': 12345,
      'general/process': 'ünï',
      'general/created': null,
      output_file_format: null,
    };
    expect(parseWriteRequest(request({ parameters }))).toMatchObject({
      general: { user: '12345', process: 'ünï', created: '', instrument: '' },
      compact: false,
    });
  });

  it('takes names of channels without what is around them', () => {
    const channels = ['A\n', { name: ' CAM:FPICTURE\r' }, 'B\u0007C'];
    const parsed = parseWriteRequest(request({ query: { channels } }));
    expect(parsed.query.channels).toEqual([
      { name: 'A', backend: 'sf-databuffer' },
      { name: 'CAM:FPICTURE', backend: 'sf-imagebuffer' },
    ]);
    expect(parsed.refusedChannels).toEqual([
      { name: 'B\u0007C', reason: expect.stringContaining('U+0007') },
    ]);
  });

  it('asks for a name once, and leaves out those that no file can have', () => {
    const channels = ['A', { name: 'A' }, { name: 'a/b' }, { name: 'CAM:FPICTURE' }];
    const parsed = parseWriteRequest(request({ query: { channels } }));
    expect(parsed.channels).toEqual([
      { name: 'A', backend: 'sf-databuffer' },
      { name: 'CAM:FPICTURE', backend: 'sf-imagebuffer' },
    ]);
    expect(parsed.refusedChannels).toEqual([{ name: 'a/b', reason: "contains '/'" }]);
    expect(parsed.query.channels).toEqual(parsed.channels);
  });

  it('asks the backend that the request names, whatever it is', () => {
    const channels = [
      { name: 'A', backend: 'sf-archiverappliance' },
      { name: 'B', backend: 5 },
    ];
    expect(parseWriteRequest(request({ query: { channels } })).channels).toEqual([
      { name: 'A', backend: 'sf-archiverappliance' },
      { name: 'B', backend: 'sf-databuffer' },
    ]);
  });

  it('tells the layout, the log file and the selected pulses of a run', () => {
    const parameters = { selected_pulse_ids: [5, '7'] };
    const log_file = '/sf/logs/acq0001.BSDATA.log';
    expect(
      parseWriteRequest({ ...request({ parameters }), layout: 'root', log_file }),
    ).toMatchObject({ layout: 'root', logFile: log_file, selectedPulses: { pulseIds: [5, 7] } });
  });

  it.each([
    ['a text', '5', 'must be a list of pulse ids'],
    ['a blank', [' '], 'has "\\" \\"" at place 0, which is no pulse id'],
    ['a fraction', [5, 5.5], 'has "5.5" at place 1, which is no pulse id'],
    ['a list', [[5]], 'has "[5]" at place 0, which is no pulse id'],
  ])('takes a request with %s for selected pulses, and says so', (_what, selected, problem) => {
    const parameters = { selected_pulse_ids: selected };
    expect(parseWriteRequest(request({ parameters })).selectedPulses).toEqual({
      pulseIds: [],
      problem,
    });
  });

  it('leaves a range by time to the data API', () => {
    const range = { startSeconds: '1.5', endSeconds: '2' };
    const parsed = parseWriteRequest(request({ query: { range } }));
    expect(parsed.pulseRange).toBeUndefined();
    expect(parsed.query.range).toEqual(range);
  });

  it.each([
    ['no channels', request({ query: { channels: [] } }), ['data_api_request.channels']],
    ['no usable channel', request({ query: { channels: ['/'] } }), ['data_api_request.channels']],
    [
      'channels left out',
      request({ query: { channels: undefined } }),
      ['data_api_request.channels'],
    ],
    [
      'a channel without name',
      request({ query: { channels: [null, 5] } }),
      expect.arrayContaining(['data_api_request.channels']),
    ],
    ['no range', request({ query: { range: undefined } }), ['data_api_request.range']],
    [
      'a range of null',
      request({ query: { range: { startPulseId: null, endPulseId: 1 } } }),
      ['data_api_request.range'],
    ],
    [
      'a range backwards',
      request({ query: { range: { startPulseId: 2, endPulseId: 1 } } }),
      ['data_api_request.range'],
    ],
    ['no output file', request({ parameters: { output_file: 5 } }), ['parameters.output_file']],
    ['broken parameters', { ...request(), parameters: '{"output_file":' }, ['parameters']],
    ['a list for parameters', { ...request(), parameters: '[]' }, ['parameters']],
    ['a broken query', { ...request(), data_api_request: 'null' }, ['data_api_request']],
    ['parameters nested without end', { ...request(), parameters: DEEP }, ['parameters']],
    ['a query nested without end', { ...request(), data_api_request: DEEP }, ['data_api_request']],
    [
      'parameters of 21 million characters',
      { ...request(), parameters: JSON.stringify({ output_file: '/x', x: 'y'.repeat(21e6) }) },
      ['parameters'],
    ],
    [
      'a pulse id that is none',
      request({ query: { range: { startPulseId: 1, endPulseId: 1e300 } } }),
      ['data_api_request.range'],
    ],
    ['another layout', { ...request(), layout: 'tree' as 'root' }, ['layout']],
    ['nothing at all', {} as WriteRequest, ['data_api_request', 'parameters']],
  ])('names the fields of a request with %s', (_what, broken, fields) => {
    expect(problemsOf(broken)).toEqual(fields);
  });
});

describe('outputFileOf', () => {
  it('finds the output file however broken the rest is', () => {
    expect(outputFileOf({ ...request(), data_api_request: '{' })).toBe('/sf/x.h5');
    expect(outputFileOf({ parameters: DEEP })).toBe('/sf/x.h5');
    expect(outputFileOf({ parameters: '{' })).toBeUndefined();
    expect(outputFileOf({ parameters: '{"output_file": ""}' })).toBeUndefined();
    expect(outputFileOf({})).toBeUndefined();
  });
});
