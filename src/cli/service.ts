import { Logger } from '@nestjs/common';
import type { CommonSettings } from '../config/common-settings.js';
import { EventLog } from '../logging/event-log.js';
import { LogWriter } from '../logging/log-writer.js';
import { failureText } from './failure-text.js';
import { goOnWithoutOutput } from './print-line.js';
import { ServiceManager } from './service-manager.js';
import { SettingsReload, levelOf } from './settings-reload.js';

interface Running {
  /** How the services are started, where they are not yet. @param ready may say before its end that they work */
  readonly start?: (ready: () => void) => Promise<unknown>;
  /** Is told when they work and when they end. */
  readonly manager?: ServiceManager;
  /** What they do, on one line. */
  readonly status?: () => string;
  /** Settles when somebody asks for the end in another way. */
  readonly stopped?: Promise<unknown>;
  /** Whether it ends with its terminal. */
  readonly endsOnHangup?: boolean;
}

/** Something that runs until it is closed. */
interface Closable {
  close(): Promise<void>;
}

/**
 * Sends what is logged where the settings say; everything logs through Nest's `Logger`. SIGUSR2 has it
 * log all there is, and the next one as before. (SIGUSR1 is taken: with it Node opens its debugger.)
 */
export function startLogging(settings: CommonSettings): LogWriter {
  const writer = new LogWriter(levelOf(settings), settings.log_format);
  Logger.overrideLogger(writer);
  process.on('SIGUSR2', () => writer.toggleDebug());
  logWhatNodeSays(new EventLog('Service'));
  return writer;
}

/** Node.js would print it between the lines of the log. */
function logWhatNodeSays(logger: EventLog): void {
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => {
    logger.warn('Node.js warns', { line: `${name}: ${message}` });
  });
  process.on('uncaughtException', (error: unknown) => {
    const stack = error instanceof Error ? error.stack : undefined;
    logger.fatal('ends after an unexpected error', { error, stack });
    process.exit(1);
  });
}

/**
 * Runs a service with its logging. What keeps it from running goes into the log where programs read
 * it, and to whoever called where people do.
 *
 * @param read reads the settings again. @throws InvalidSettings
 */
export async function serve<T extends CommonSettings>(
  settings: T,
  read: () => T,
  run: (
    log: LogWriter,
    reload: SettingsReload,
    manager: ServiceManager | undefined,
  ) => Promise<void>,
): Promise<void> {
  goOnWithoutOutput();
  const log = startLogging(settings);
  const manager = ServiceManager.of(process.env);
  const reload = new SettingsReload(log, settings, read, manager);
  try {
    await run(log, reload, manager);
  } catch (error) {
    if (settings.log_format === 'text') throw error;
    new EventLog('Service').fatal('cannot run', { error: failureText(error) });
    process.exitCode = 1;
  }
}

/**
 * Runs services until SIGTERM, SIGINT or `stopped`, SIGHUP as well where that is wanted, then closes them in
 * order. What comes while they start is heeded when they have started.
 *
 * A second SIGINT, of someone at a terminal who does not want to wait, ends the process at once. A
 * second SIGTERM changes nothing: what supervises services may send it again, and to end halfway would
 * leave temporary files.
 */
export async function runUntilStopped(
  services: readonly Closable[],
  running: Running = {},
): Promise<void> {
  const { start, stopped = new Promise(() => undefined), endsOnHangup = false } = running;
  const { manager, status = () => '' } = running;
  const logger = new EventLog('Service');
  const asked = stopped.then(() => 'GET /kill');
  const signals: NodeJS.Signals[] = ['SIGTERM', 'SIGINT'];
  if (endsOnHangup) signals.push('SIGHUP');
  const anyOfThem = Promise.race([...signals.map((name) => signal(name)), asked]);
  const ready = () => manager?.ready(status);
  await start?.(ready);
  ready();
  const reason = await anyOfThem;
  manager?.stopping();
  logger.log('shutting down', { reason });
  process.once('SIGINT', () => process.exit(130));
  process.on('SIGTERM', () => logger.log('already shutting down'));
  for (const service of services) await service.close();
  logger.log('stopped');
}

function signal(name: NodeJS.Signals): Promise<string> {
  return new Promise((resolve) => {
    // The others stay caught, also while services start.
    if (name === 'SIGINT') process.once(name, () => resolve(name));
    else process.on(name, () => resolve(name));
  });
}
