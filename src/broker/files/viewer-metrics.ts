import { Injectable } from '@nestjs/common';
import { labelled } from '../../monitoring/labelled.js';
import { Metrics } from '../../monitoring/metrics.js';
import { FileViewer } from '../../viewer/file-viewer.js';

/** Calls for files on screen, and the processes that read them. */
@Injectable()
export class ViewerMetrics {
  constructor(metrics: Metrics, viewer: FileViewer) {
    metrics.counter(
      {
        name: 'viewer_calls_total',
        help: 'Calls for files on screen by what came of them: ok, or the code of the error.',
        labels: ['result'],
      },
      () => labelled('result', viewer.results),
    );
    metrics.gauge(
      { name: 'viewer_calls_waiting', help: 'Calls for files on screen that wait for others.' },
      () => viewer.callsWaiting,
    );
    metrics.gauge(
      { name: 'viewer_replies_under_way', help: 'Replies with what is in files, under way.' },
      () => viewer.repliesUnderWay,
    );
    metrics.counter(
      {
        name: 'viewer_processes_started_total',
        help: 'Processes that were started to read files.',
      },
      () => viewer.processesStarted,
    );
    metrics.counter(
      {
        name: 'viewer_processes_ended_total',
        help: 'Reading processes that ended: by themselves (died), at a limit of time or memory, after a damaged file (spent), idle, or with the broker (closed).',
        labels: ['reason'],
      },
      () => labelled('reason', viewer.ends),
    );
  }
}
