import { errorText } from '../../logging/error-text.js';
import type { Job } from './job.js';
import type { JobTools } from './job-tools.js';

type Warn = (text: string) => void;

/** Has the journal name a job's request while work goes on that makes no file. */
export async function entered<T>(
  { attemptId, sentAs }: Job,
  { temporaryFiles }: JobTools,
  warn: Warn,
  work: () => Promise<T>,
): Promise<T> {
  const problem = sentAs && temporaryFiles.openNone(attemptId, sentAs);
  if (problem) warn(errorText(problem));
  try {
    return await work();
  } finally {
    const left = sentAs && temporaryFiles.closeNone(attemptId);
    if (left) warn(errorText(left));
  }
}

/** Takes a job's request out of the journal while it only waits: its process can't die of it then. */
export async function whileWaiting<T>(
  { attemptId, sentAs }: Job,
  { temporaryFiles }: JobTools,
  warn: Warn,
  wait: () => Promise<T>,
): Promise<T> {
  if (!sentAs) return wait();
  const mark = (written: Job['sentAs']) => {
    try {
      temporaryFiles.mark(attemptId, written);
    } catch (error) {
      warn(`the journal could not be changed: ${errorText(error)}`);
    }
  };
  mark(undefined);
  try {
    return await wait();
  } finally {
    mark(sentAs);
  }
}
