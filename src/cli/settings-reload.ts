import type { CommonSettings, LogLevel } from '../config/common-settings.js';
import { errorText } from '../logging/error-text.js';
import { EventLog } from '../logging/event-log.js';
import type { ServiceManager } from './service-manager.js';
import type { LogWriter } from '../logging/log-writer.js';

/**
 * Reads the settings of a service again at SIGHUP. A changed log level is put into force; the log says
 * which other settings have changed and need a restart. Settings that are wrong change nothing.
 */
export class SettingsReload {
  private readonly logger = new EventLog('Service');
  private readonly further: (() => Promise<void>)[] = [];

  /**
   * @param running what the service was started with
   * @param read reads the same from flags, environment and file. @throws InvalidSettings
   * @param manager is told when it begins and ends
   */
  constructor(
    private readonly log: LogWriter,
    private readonly running: CommonSettings,
    private readonly read: () => CommonSettings,
    private readonly manager: ServiceManager | undefined,
  ) {
    process.on('SIGHUP', () => this.reload());
    // The file may have changed since it was read, and the signal come before it could be heeded.
    if (this.isOutdated()) this.reload();
  }

  /** Has something else read again, which says itself what changed. It must not reject. */
  also(read: () => Promise<void>): void {
    this.further.push(read);
  }

  private reload(): void {
    this.manager?.reloading();
    try {
      const settings = this.read();
      const names = this.changed(settings).filter((name) => name !== 'log_level');
      this.log.configure(levelOf(settings));
      this.logger.log('settings read again', {
        log_level: this.log.level,
        ...(names.length > 0 && { restart_needed_for: names.join(', ') }),
      });
    } catch (error) {
      const reason = errorText(error);
      this.logger.error("settings can't be read again; those in force stay", { reason });
    }
    const others = Promise.all(this.further.map((read) => read()));
    void others.then(() => this.manager?.reloaded());
  }

  private isOutdated(): boolean {
    try {
      return this.changed(this.read()).length > 0;
    } catch {
      return true;
    }
  }

  /** Names of settings that differ from those that the service was started with. */
  private changed(settings: CommonSettings): string[] {
    const valueOf = (from: CommonSettings, name: string) =>
      JSON.stringify(from[name as keyof CommonSettings]);
    return Object.keys(settings).filter(
      (name) => valueOf(settings, name) !== valueOf(this.running, name),
    );
  }
}

/** The level that settings name. */
export function levelOf(settings: CommonSettings): LogLevel {
  return settings.log_level.toUpperCase() as LogLevel;
}
