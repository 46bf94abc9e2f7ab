import { OPEN_STATES } from '../format/states.js';
import type { Filter } from '../shell/route.js';

/** What a check of `GET /health/ready` looks at, and what to do where the broker's sentence does not say it. */
export interface Remedy {
  readonly title: string;
  readonly remedy: string;
  /** The requests that it is about. */
  readonly list?: Partial<Filter>;
}

const REMEDIES: Readonly<Record<string, Remedy>> = {
  trail: {
    title: 'Audit trail',
    remedy:
      'Nothing can be acquired until it can be written. Free disk space or fix the permissions of its folder; ' +
      'the broker notices by itself.',
  },
  output_port: {
    title: 'Writer port',
    remedy: 'Requests are recorded meanwhile, and sent afterwards.',
  },
  queue: {
    title: 'RabbitMQ',
    remedy: 'The broker connects again by itself.',
  },
  disks: {
    title: 'Disks',
    remedy: 'Move or delete files that are safe elsewhere.',
  },
  requests: {
    title: 'Open requests',
    remedy: 'Check which ones are open, and what they are waiting for.',
    list: { state: OPEN_STATES },
  },
  writers: {
    title: 'Writers',
    remedy: 'Start a writer, or check its log. Requests wait meanwhile; nothing is lost.',
  },
  channel_list: {
    title: 'Channel list',
    remedy:
      'A list that was read before stays in use. Fix the file: it is read again when it changes.',
  },
  healing: {
    title: 'Retrying',
    remedy: 'They are retried automatically. Fix the cause, and they are written.',
    list: { healing: true },
  },
  places: {
    title: 'Data source or folder',
    remedy: 'Check that the writers can reach it. They reconnect by themselves.',
  },
  jobs: {
    title: 'Stalled jobs',
    remedy: 'If the writer hangs, restart it: what it held is sent to another one.',
    list: { state: ['received', 'retrieving', 'writing'] },
  },
  error_files: {
    title: 'Error files',
    remedy: 'The requests are in the audit trail, whether or not they have an error file.',
  },
};

/** @param check its name in the broker's reply; newer brokers may have further ones */
export function remedyFor(check: string): Remedy {
  return REMEDIES[check] ?? { title: check.replaceAll('_', ' '), remedy: '' };
}
