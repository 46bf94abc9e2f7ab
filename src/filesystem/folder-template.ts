/** Folders whose names follow a template, such as the raw folders of all pgroups. */
export class FolderTemplate {
  private readonly pattern: RegExp;

  /**
   * @param template absolute, with names in braces, each of which stands for (a part of) one folder's name
   * @param values what a name can stand for; any text where nothing is said
   */
  constructor(
    readonly template: string,
    values: Readonly<Record<string, readonly string[]>> = {},
  ) {
    const seen = new Set<string>();
    const parts = template.split(/(\{\w+\})/).map((part) => {
      const name = /^\{(\w+)\}$/.exec(part)?.[1];
      if (name === undefined) return literal(part);
      if (seen.has(name)) return `\\k<${name}>`;
      seen.add(name);
      return `(?<${name}>${values[name]?.map(literal).join('|') ?? '[^/]+'})`;
    });
    this.pattern = new RegExp(`^${parts.join('')}(?=/)`);
  }

  /**
   * The folder that follows the template and has a path below it. Asks the disk nothing.
   *
   * @param path absolute, without `.` and `..`
   */
  folderOf(path: string): string | undefined {
    return this.pattern.exec(path)?.[0];
  }
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
