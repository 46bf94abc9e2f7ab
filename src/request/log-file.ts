/**
 * What is wrong with the name of a log file; undefined where nothing is. Lines are appended to it:
 * without an ending of its own it could name any file of others.
 */
export function logFileProblem(logFile: unknown): string | undefined {
  if (typeof logFile === 'string' && /[^/]\.log$/.test(logFile)) return undefined;
  return 'must be the name of a file that ends in .log';
}
