/** Names in a text as people paste it: by lines, blanks, commas, JSON or quotes; `#` begins a comment. */
export function channelNamesIn(text: string): string[] {
  const names = text
    .split(/\r?\n/u)
    .map((line) => line.replace(/(^|\s)#.*$/u, ''))
    .flatMap((line) => line.split(/[\s,;[\]"']+/u))
    .filter(Boolean);
  return [...new Set(names)];
}

/** As the broker counts: their values go into a file of their own. */
export function isCamera(name: string): boolean {
  return name.endsWith(':FPICTURE');
}
