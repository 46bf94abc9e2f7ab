import { spawnSync } from 'node:child_process';

/** A build of the product that is measured. */
export class Build {
  private readonly helps = new Map<string, string>();

  constructor(
    /** `cli/main.js` of it. */
    readonly main: string,
  ) {}

  /** Whether a command has an option. Builds of other commits know more or fewer. */
  knows(command: 'broker' | 'writer', option: string): boolean {
    let help = this.helps.get(command);
    if (help === undefined) {
      const args = [this.main, command, '--help'];
      help = spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout;
      this.helps.set(command, help);
    }
    return help.includes(option);
  }

  /** Settings of a writer that only some builds know. */
  writerSettings({ nexus }: { readonly nexus: string }): string[] {
    // What is the default need not be said.
    return nexus !== 'on' && this.knows('writer', '--nexus') ? ['--nexus', nexus] : [];
  }
}
