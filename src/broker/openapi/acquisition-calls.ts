import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiParam } from '@nestjs/swagger';
import { ApiErrors, BAD_PULSE_ID, NOT_SAVED, TOO_MANY_CALLS } from './errors.js';
import { PARAMETERS_SCHEMA } from './parameters-schema.js';
import { ParametersReply, StatusReply } from './replies.js';

const GENERAL = {
  'general/created': '2026-11-24 10:15:00',
  'general/user': 'p12345',
  'general/process': 'DIA',
  'general/instrument': 'SARES20',
};

/** Works as it stands with the embedded data buffer (`sf-databuffer start`). */
export const PARAMETERS_EXAMPLE = {
  ...GENERAL,
  output_file: 'run_0001.h5',
  channels: ['SIMULATOR-SCALAR-FLOAT64-1', 'SIMULATOR-WAVEFORM-FLOAT32-1024-1'],
};

export const CAMERA_EXAMPLE = {
  ...GENERAL,
  output_file: 'run_0002.h5',
  output_file_format: 'extended',
  channels: ['SIMULATOR-10HZ', 'SIMULATOR-PULSE-ID', 'SIMULATOR-CAMERA-SMALL:FPICTURE'],
};

// Nest drops an example that stands beside a schema.
const pulseId = (example: number) => ({
  name: 'pulse_id',
  schema: { type: 'integer' as const, format: 'int64', minimum: 0, maximum: 2 ** 53, example },
});

export const DescribeParameters = () =>
  applyDecorators(
    ApiOperation({
      summary: '1. Set up an acquisition',
      description:
        'Replaces parameters posted before; a start that came already stays. Keys that are not ' +
        'listed are accepted, kept and echoed.',
    }),
    ApiBody({
      schema: PARAMETERS_SCHEMA,
      examples: {
        simulator: { summary: 'Channels of the embedded data buffer', value: PARAMETERS_EXAMPLE },
        camera: {
          summary: 'With a camera, which gets a file of its own; extended format',
          value: CAMERA_EXAMPLE,
        },
      },
    }),
    ApiOkResponse({
      type: ParametersReply,
      description: 'Accepted, and on disk.',
      example: { state: 'ok', status: 'configured', parameters: PARAMETERS_EXAMPLE },
    }),
    ApiErrors({
      ...TOO_MANY_CALLS,
      503: {
        when:
          `${NOT_SAVED[503].when} Or: no channels came with the parameters, and there never was a ` +
          'usable channel list.',
        example: NOT_SAVED[503].example,
      },
      400: {
        when: 'A body that is not JSON, or parameters that can’t be accepted; names all of them.',
        example:
          'Parameters were not accepted: general/user is missing: give a text; output_file is ' +
          'missing: give a text. Correct and post them again.',
      },
      415: {
        when: 'A body that is not declared as JSON.',
        example:
          "The body comes as 'text/plain': send JSON in UTF-8 with the header Content-Type: " +
          'application/json.',
      },
    }),
  );

export const DescribeStart = () =>
  applyDecorators(
    ApiOperation({
      summary: '2. Its first pulse',
      description:
        'Every detector may send it. The same again is harmless, another one replaces the first. ' +
        'It may come before the parameters.',
    }),
    ApiParam(pulseId(1000)),
    ApiOkResponse({ description: 'On disk. No body.' }),
    ApiErrors({ ...BAD_PULSE_ID, ...NOT_SAVED, ...TOO_MANY_CALLS }),
  );

export const DescribeStop = () =>
  applyDecorators(
    ApiOperation({
      summary: '3. Its last pulse: the acquisition becomes write requests',
      description:
        'The requests are in the audit trail when this is answered, and go to the next writer that ' +
        'is free. With nothing started it has no effect.',
    }),
    ApiParam(pulseId(1299)),
    ApiOkResponse({ description: 'Recorded. No body.' }),
    ApiErrors({
      ...BAD_PULSE_ID,
      ...NOT_SAVED,
      ...TOO_MANY_CALLS,
      409: {
        when: 'Lower than the start: the acquisition goes on. Without parameters: the start is forgotten.',
        example:
          'Stop pulse id 999 is lower than start pulse id 1000. The acquisition goes on: stop it at ' +
          '1000 or later, or give it up with GET /stop.',
      },
    }),
  );

export const DescribeForget = () =>
  applyDecorators(
    ApiOperation({
      summary: 'Give an acquisition up',
      description: 'Forgets parameters and start; nothing is written.',
    }),
    ApiOkResponse({ type: StatusReply, example: { state: 'ok', status: 'stopped' } }),
    ApiErrors({ ...NOT_SAVED, ...TOO_MANY_CALLS }),
  );
