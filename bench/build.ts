import { spawnSync } from 'node:child_process';
import type { Options } from './options.js';

type Command = 'broker' | 'writer';

/** A build of the product that is measured. */
export class Build {
  private readonly helps = new Map<string, string>();

  constructor(
    /** `cli/main.js` of it. */
    readonly main: string,
  ) {}

  /** Whether a command has an option. Builds of other commits know more or fewer. */
  knows(command: Command, option: string): boolean {
    return this.help(command).includes(option);
  }

  /** Downloads at once of a writer, where a request has one channel; undefined where it knows no such setting. */
  channelsAtOnce(options: Pick<Options, 'channelsAtOnce'>): number | undefined {
    const byDefault = /--channels_at_once [^]*?\(default: +(\d+)\)/.exec(this.help('writer'))?.[1];
    return byDefault === undefined ? undefined : (options.channelsAtOnce ?? Number(byDefault));
  }

  private help(command: Command): string {
    let help = this.helps.get(command);
    if (help === undefined) {
      const args = [this.main, command, '--help'];
      help = spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout;
      this.helps.set(command, help);
    }
    return help;
  }

  /** Settings of a writer that only some builds know. */
  writerSettings({ nexus, channelsAtOnce }: Pick<Options, 'nexus' | 'channelsAtOnce'>): string[] {
    // What is the default need not be said.
    const said = {
      '--nexus': nexus === 'on' ? undefined : nexus,
      '--channels_at_once': channelsAtOnce?.toString(),
    };
    return Object.entries(said).flatMap(([option, value]) =>
      value !== undefined && this.knows('writer', option) ? [option, value] : [],
    );
  }
}
