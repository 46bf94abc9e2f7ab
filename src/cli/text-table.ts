/** A column of a table: its head, and whether it holds numbers, which stand to the right. */
export interface Column {
  readonly head: string;
  readonly right?: boolean;
}

/** Lines of a table for people, columns as wide as what is in them. */
export function textTable(columns: readonly Column[], rows: readonly (readonly string[])[]) {
  const lines = [columns.map(({ head }) => head), ...rows];
  const widths = columns.map((_, column) =>
    lines.reduce((width, line) => Math.max(width, line[column].length), 0),
  );
  return lines.map((line) =>
    line
      .map((cell, i) => (columns[i].right ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join('  ')
      .trimEnd(),
  );
}
