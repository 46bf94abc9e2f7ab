/** Flags as the settings call them: `--audit-file=a-b` is `--audit_file=a-b`. What follows `--` stays. */
export function withUnderscores(args: readonly string[]): string[] {
  const end = args.indexOf('--');
  return args.map((argument, index) => {
    if (end !== -1 && index >= end) return argument;
    const flag = /^--([a-z][a-z0-9-]*)(=.*)?$/is.exec(argument);
    return flag ? `--${flag[1].replaceAll('-', '_')}${flag[2] ?? ''}` : argument;
  });
}
