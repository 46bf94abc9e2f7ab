import { applyDecorators } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam } from '@nestjs/swagger';
import { LOG_LEVELS } from '../../config/common-settings.js';
import { InvalidLogLevel } from '../status/errors.js';
import { PARAMETERS_EXAMPLE } from './acquisition-calls.js';
import { ApiErrors, TOO_MANY_CALLS } from './errors.js';
import { LogLevelReply, StatisticsReply, StatusReply } from './replies.js';

export const DescribeStatus = () =>
  applyDecorators(
    ApiOperation({ summary: 'Where the acquisition stands' }),
    ApiOkResponse({ type: StatusReply, example: { state: 'ok', status: 'receiving' } }),
    ApiErrors(),
  );

export const DescribeStatistics = () =>
  applyDecorators(
    ApiOperation({ summary: 'What the broker did since it started' }),
    ApiOkResponse({ type: StatisticsReply, example: STATISTICS_EXAMPLE }),
    ApiErrors(),
  );

export const DescribeKill = () =>
  applyDecorators(
    ApiOperation({
      summary: 'End the broker process',
      description:
        'Answers, then ends in order. The next start continues an acquisition that is under way.',
    }),
    ApiOkResponse({ description: 'It ends. No body.' }),
    ApiErrors(TOO_MANY_CALLS),
  );

export const DescribeLogLevel = () =>
  applyDecorators(
    ApiOperation({ summary: 'The least severe level that the broker logs' }),
    ApiOkResponse({
      type: LogLevelReply,
      description: 'The level in force.',
      example: LOG_LEVEL_EXAMPLE,
    }),
    ApiErrors(),
  );

export const DescribeLogLevelChange = () =>
  applyDecorators(
    ApiOperation({
      summary: 'Log more or less, from now on',
      description:
        'Until the next start. DEBUG has a line for each call. Broker and writers also take SIGUSR2, ' +
        'which switches between DEBUG and the level that was configured.',
    }),
    ApiParam({
      name: 'log_level',
      schema: { type: 'string', enum: [...LOG_LEVELS], example: 'DEBUG' },
    }),
    ApiOkResponse({
      type: LogLevelReply,
      description: 'The level in force.',
      example: LOG_LEVEL_EXAMPLE,
    }),
    ApiErrors({
      ...TOO_MANY_CALLS,
      400: { when: 'The level is not known.', example: new InvalidLogLevel('LOUD').message },
    }),
  );

const LOG_LEVEL_EXAMPLE = { state: 'ok', status: 'stopped', log_level: 'DEBUG' };

const STATISTICS_EXAMPLE = {
  state: 'ok',
  status: 'stopped',
  statistics: {
    n_processed_requests: 1,
    process_startup_time: '20261124-101112',
    last_sent_write_request: {
      data_api_request: JSON.stringify({
        channels: [{ name: 'SIMULATOR-SCALAR-FLOAT64-1', backend: 'sf-databuffer' }],
        range: { startPulseId: 1000, endPulseId: 1299 },
        response: { format: 'json', compression: 'none' },
        eventFields: ['channel', 'pulseId', 'value', 'shape', 'globalDate'],
        configFields: ['type', 'shape'],
      }),
      parameters: JSON.stringify(PARAMETERS_EXAMPLE),
      timestamp: 1795511700.25,
      request_id: '0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e',
    },
    last_sent_write_request_time: '20261124-101500',
    requests_recorded: 1,
    calls_failed: 0,
    requests_queued: 0,
    requests_under_way: 0,
    requests_unnamed: 0,
    requests_sent: 1,
    send_failures: 0,
    outcomes_waiting: 0,
    writers_connected: 1,
    peers_refused: 0,
    writers: [
      {
        writer_id: '6f9b7e62-5f0e-4a56-9a51-0f5a3ddc4a55',
        version: '0.1.0',
        host: 'sf-writer-1',
        pid: 4242,
        started: 1795511000.5,
        connected_since: 1795511001,
        last_seen: 1795511705.25,
        concurrency: 2,
        requests_under_way: 0,
        requests_written: 1,
        requests_failed: 0,
        requests_superseded: 0,
        bytes: 48213,
        last_error: null,
        last_file: {
          time: 1795511701.5,
          request_id: '0d5cf1f5-9c7e-4c83-a5c5-2f3c6a1f9d8e',
          output_file: '/sf/data/run_0001.h5',
          first_pulse_id: 1000,
          last_pulse_id: 1299,
          channels: 1,
          rows: 300,
          bytes: 48213,
        },
      },
    ],
    epics_notifications_sent: 1,
    epics_notifications_failed: 0,
    channel_list: {
      path: '/etc/sf_databuffer/channels',
      channels: 42,
      read_at: '2026-11-24T09:11:12.000Z',
      problem: null,
    },
    audit_file: '/var/log/sf_databuffer_audit.log',
    audit_trail_only: false,
  },
};
