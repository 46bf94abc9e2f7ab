import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { SerialQueue } from '../concurrency/serial-queue.js';
import { EventLog } from '../logging/event-log.js';

const PROGRAM = 'systemd-notify';
/** It waits itself, up to 5 s, until systemd has taken what it was told. */
const TIME_LIMIT_MS = 10_000;
const RETRY_MS = 1000;
const TRIES = 3;
/** How often the status is looked at where nobody watches over the process. */
const STATUS_MS = 15_000;

/**
 * Tells systemd, where it asks for it in NOTIFY_SOCKET, that a service is ready, ends, and what it does; and
 * that its main thread still turns, in half of the time that the watchdog grants.
 *
 * By the program `systemd-notify`, as Node.js opens no datagram socket in the file system. What could not be
 * told is in the log; the service goes on.
 */
export class ServiceManager {
  private readonly logger = new EventLog('Service');
  private readonly messages = new SerialQueue();
  private isReady = false;
  private beating: NodeJS.Timeout | undefined;
  private told = '';
  private status: () => string = () => '';

  /** @param watchdog time in which systemd wants a sign of life, s; undefined: it does not watch */
  constructor(
    private readonly environment: NodeJS.ProcessEnv,
    private readonly watchdog: number | undefined,
    private readonly program = PROGRAM,
  ) {}

  /** The one that started this process; undefined where none wants to be told. */
  static of(environment: NodeJS.ProcessEnv): ServiceManager | undefined {
    const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: time, WATCHDOG_PID: pid } = environment;
    if (!socket) return undefined;
    const isWatched = pid === undefined || pid === String(process.pid);
    const seconds = isWatched ? Number(time) / 1e6 : 0;
    return new ServiceManager(environment, seconds > 0 ? seconds : undefined);
  }

  /** The service does its work from now on. @param status what it does, on one line */
  ready(status: () => string): void {
    if (this.isReady) return;
    this.isReady = true;
    this.status = status;
    this.tell(['READY=1', ...this.signsOfLife()]);
    const interval = this.watchdog ? this.watchdog * 500 : STATUS_MS;
    this.beating = setInterval(() => this.beat(), interval).unref();
  }

  /** Settings are being read again; once the service is ready. */
  reloading(): void {
    const now = process.hrtime.bigint() / 1000n;
    if (this.isReady) this.tell(['RELOADING=1', `MONOTONIC_USEC=${now}`]);
  }

  reloaded(): void {
    if (this.isReady) this.tell(['READY=1']);
  }

  /** From here on systemd wants no signs of life. */
  stopping(): void {
    clearInterval(this.beating);
    this.tell(['STOPPING=1', 'STATUS=shutting down']);
  }

  private beat(): void {
    // One that waits for the one before says the same.
    if (this.messages.size > 1) return;
    const signs = this.signsOfLife();
    if (signs.length > 0) this.tell(signs);
  }

  private signsOfLife(): string[] {
    const status = this.status().replaceAll('\n', ' ');
    const isNews = status !== this.told;
    this.told = status;
    return [...(this.watchdog ? ['WATCHDOG=1'] : []), ...(isNews ? [`STATUS=${status}`] : [])];
  }

  private tell(assignments: readonly string[]): void {
    void this.messages.run(async () => {
      for (let tries = 1; ; tries++) {
        try {
          // By itself it would wait for systemd to have read the message: one that left before may not count.
          await run(this.program, assignments, { env: this.environment, timeout: TIME_LIMIT_MS });
          return;
        } catch (error) {
          const facts = { reason: assignments.join(' '), error };
          if (tries === TRIES) return this.logger.error('systemd could not be told', facts);
          this.logger.warn('systemd could not be told', { ...facts, retry_in_s: RETRY_MS / 1000 });
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
        }
      }
    });
  }
}

const run = promisify(execFile);
