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
      'Nothing can be acquired until it can be written. Free its disk or mend the rights of its folder; ' +
      'the broker notices by itself.',
  },
  output_port: {
    title: 'Port of the writers',
    remedy: 'Requests are recorded meanwhile, and sent afterwards.',
  },
  disks: {
    title: 'Disks',
    remedy: 'Move or delete files that are safe elsewhere.',
  },
  requests: {
    title: 'Open requests',
    remedy: 'See which ones are open, and what they wait for.',
    list: { state: OPEN_STATES },
  },
  writers: {
    title: 'Writers',
    remedy:
      'Start a writer, or see in its log why it is not here. Requests wait meanwhile; nothing is lost.',
  },
  channel_list: {
    title: 'Channel list',
    remedy: 'The last good list stays in use. The file is read again when it changes.',
  },
  healing: {
    title: 'Failing for now',
    remedy: 'They are tried again by themselves. Remove the cause, and they are written.',
    list: { healing: true },
  },
  places: {
    title: 'Data source or folder',
    remedy: 'Check that it can be reached from the writers. They find it again by themselves.',
  },
  jobs: {
    title: 'Jobs that stand still',
    remedy: 'If the writer hangs, start it again: what it held is sent to another one.',
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
