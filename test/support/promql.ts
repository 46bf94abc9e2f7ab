/** A metric as an expression uses it. */
export interface Use {
  readonly metric: string;
  /** Labels that it is chosen by. */
  readonly labels: readonly string[];
}

const WORDS = ['and', 'or', 'unless', 'offset', 'bool', 'by', 'without', 'on', 'ignoring'];

/**
 * The metrics that a PromQL expression uses, and the labels that it groups and joins by. Enough for
 * the expressions of dashboards and alerts; whether they are right in all else `promtool` knows.
 */
export function usesOf(expression: string): { metrics: Use[]; grouped: string[] } {
  const grouped: string[] = [];
  const rest = expression
    .replaceAll(/\b(?:by|without|on|ignoring)\s*\(([^)]*)\)/g, (_, labels: string) => {
      grouped.push(...labels.split(',').map((label) => label.trim()));
      return ' ';
    })
    .replaceAll(/\[[^\]]*\]|\boffset\s+\w+/g, ' ');
  const metrics: Use[] = [];
  for (const [, metric, , selector] of rest.matchAll(
    /(?<![\w$])([a-zA-Z_:][\w:]*)(?!\w)(?!\s*\()(\{([^}]*)\})?(?![^{]*\})/g,
  )) {
    if (WORDS.includes(metric)) continue;
    const labels = [...(selector ?? '').matchAll(/(\w+)\s*[=!]~?\s*"/g)].map(([, label]) => label);
    metrics.push({ metric, labels });
  }
  return { metrics, grouped };
}
