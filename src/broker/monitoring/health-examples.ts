import type { HealthFinding, HealthReply } from './health-reply.js';

const WORKS: Readonly<Record<string, HealthFinding>> = {
  output_port: { status: 'up', output: 'tcp://0.0.0.0:12500', reports: 'tcp://0.0.0.0:12501' },
  requests: { status: 'up', queued: 0, under_way: 1, oldest_age_s: 3, oldest_background_age_s: 0 },
  writers: { status: 'degraded', connected: 0, message: 'no writer is connected' },
};
const TRAIL: HealthFinding = { status: 'up', file: '/var/log/sf_databuffer_audit.log' };
const NO_TRAIL: HealthFinding = {
  status: 'down',
  file: '/var/log/sf_databuffer_audit.log',
  message: "The audit trail /var/log/sf_databuffer_audit.log can't be written: …",
};

export const READY: HealthReply = {
  status: 'degraded',
  info: { trail: TRAIL, ...WORKS },
  error: {},
  details: { trail: TRAIL, ...WORKS },
};

export const NOT_READY: HealthReply = {
  status: 'error',
  info: WORKS,
  error: { trail: NO_TRAIL },
  details: { ...WORKS, trail: NO_TRAIL },
};
