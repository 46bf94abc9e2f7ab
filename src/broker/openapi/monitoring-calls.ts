import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiOperation, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ApiErrors } from './errors.js';
import { HealthFinding, HealthReply } from './health-reply.js';

export const DescribeMetrics = () =>
  applyDecorators(
    ApiOperation({
      summary: 'Figures for Prometheus',
      description: 'What each is: docs/operations.md.',
    }),
    ApiResponse({
      status: 200,
      content: {
        'text/plain': {
          schema: { type: 'string' },
          example:
            '# HELP sf_databuffer_broker_requests_queued Requests that wait to be sent.\n' +
            '# TYPE sf_databuffer_broker_requests_queued gauge\n' +
            'sf_databuffer_broker_requests_queued 0\n',
        },
      },
    }),
    ApiErrors(),
  );

export const DescribeLive = () =>
  applyDecorators(
    ApiOperation({ summary: 'Whether the broker answers' }),
    Found(200, 'It does.', { status: 'ok', info: {}, error: {}, details: {} }),
    ApiErrors(),
  );

const UP = {
  trail: { status: 'up', file: '/var/log/sf_databuffer_audit.log' },
  output_port: {
    status: 'up',
    output: 'tcp://0.0.0.0:12500',
    reports: 'tcp://0.0.0.0:12501',
  },
  requests: { status: 'up', queued: 0, under_way: 1, oldest_age_s: 3 },
  writers: { status: 'up', connected: 2 },
};
const ABSENT = {
  disks: {
    status: 'degraded',
    folders: [
      {
        use: 'output',
        path: '/sf',
        problem: 'absent',
        status: 'degraded',
        message: '/sf is not there',
      },
    ],
  },
};
const DOWN = {
  trail: {
    status: 'down',
    file: '/var/log/sf_databuffer_audit.log',
    message: "The audit trail /var/log/sf_databuffer_audit.log can't be written: …",
  },
};

export const DescribeReady = () =>
  applyDecorators(
    ApiOperation({
      summary: 'Whether the broker can do its work',
      description:
        'Trail writable, ports bound, room on disks, no request open for an hour. A folder or a ' +
        'channel list that is missing, and writers that are, make it `degraded`: still ready.',
    }),
    Found(200, 'It can; `degraded`: somebody should look.', {
      status: 'degraded',
      info: { ...UP, ...ABSENT },
      error: {},
      details: { ...UP, ...ABSENT },
    }),
    ApiErrors(),
    Found(503, 'It can not: `error` says why.', {
      status: 'error',
      info: { ...UP, trail: undefined },
      error: DOWN,
      details: { ...UP, ...DOWN },
    }),
  );

function Found(status: number, description: string, example: object): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(HealthReply, HealthFinding),
    ApiResponse({
      status,
      description,
      content: { 'application/json': { schema: { $ref: getSchemaPath(HealthReply) }, example } },
    }),
  );
}
