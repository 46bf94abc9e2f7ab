/**
 * The domains of a resolver's search list that have two labels or more, in lower case. As for the
 * resolver itself the last `search` or `domain` line counts.
 *
 * @param configuration text of a resolv.conf
 */
export function searchDomains(configuration: string): string[] {
  const lists = configuration
    .split('\n')
    .map((line) =>
      line
        .replace(/[#;].*/, '')
        .trim()
        .split(/\s+/),
    )
    .filter(([keyword]) => keyword === 'search' || keyword === 'domain');
  const [, ...domains] = lists.at(-1) ?? [];
  return domains
    .map((domain) => domain.toLowerCase().replace(/^\.|\.$/g, ''))
    .filter((domain) => /^[^.]+(\.[^.]+)+$/.test(domain));
}
