import type { JobSettings } from '../config/writer-settings.js';
import type { WriteRequest } from '../request/write-request.js';
import type { WriteReport } from '../report/write-report.js';
import type { WriterService } from '../writer/writer.service.js';
import { onEndingSignal } from './ending-signals.js';
import { printError } from './print-line.js';

/**
 * Has files written as a writer does, without broker. SIGINT, SIGTERM and SIGHUP give what is under
 * way the grace of the settings.
 *
 * @param work ends when its requests are settled; `signal`: hand over no more
 */
export async function withDirectWriter(
  settings: JobSettings,
  work: (writer: WriterService, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const [{ createDirectWriter }, { WriterService }] = await Promise.all([
    import('../writer/create-writer.js'),
    import('../writer/writer.service.js'),
  ]);
  const writer = await createDirectWriter(settings);
  const ending = new AbortController();
  const abort = () => {
    printError(`ending: files that are under way have ${settings.shutdown_grace} s`);
    ending.abort();
    void writer.close();
  };
  const letSignalsBe = onEndingSignal(abort);
  await work(writer.get(WriterService), ending.signal);
  await writer.close();
  letSignalsBe();
}

/** A request as it stands in a line, which says nothing about what may be replaced today. */
export function onlyForcedIf(force: boolean, request: WriteRequest): WriteRequest {
  return { ...request, force: force || undefined };
}

/** A report in one line, for people. */
export function reportLine(report: WriteReport): string {
  const file = report.output_file ?? '(no output file)';
  if (report.failure) {
    return `failed   ${file}: ${report.failure.message} [${report.failure.code}]`;
  }
  const failed = report.channels.filter(({ failure }) => failure);
  const missing = failed.filter(({ rows }) => rows === 0).map(({ name }) => name);
  const partial = failed.filter(({ rows }) => rows > 0).map(({ name }) => name);
  const without = missing.length > 0 ? `, without ${missing.join(', ')}` : '';
  const inPart = partial.length > 0 ? `, only a part of ${partial.join(', ')}` : '';
  const channels = report.channels.length - missing.length;
  const counts = `${plural(channels, 'channel')}, ${plural(report.rows, 'row')}`;
  return `${report.state.padEnd(8)} ${file}: ${counts}${without}${inPart}`;
}

/** A bare number, for scripts. */
function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
