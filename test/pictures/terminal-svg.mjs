import { stripVTControlCharacters } from 'node:util';

const CELL = 8.43;
const LINE = 19;
const PADDING = 16;
const BAR = 34;
/** By SGR code; those of GitHub's dark theme. */
const COLOURS = { 31: '#ff7b72', 32: '#7ee787', 33: '#e3b341', 34: '#79c0ff', 36: '#76e3ea' };

/**
 * A terminal with what a program has printed.
 *
 * @param title of its window
 * @param text with SGR sequences
 */
export function terminalSvg(title, text) {
  const lines = text.trimEnd().split('\n');
  const longest = Math.max(...lines.map((line) => stripVTControlCharacters(line).length));
  const width = Math.ceil(longest * CELL + 2 * PADDING);
  const height = BAR + lines.length * LINE + PADDING;
  const rows = lines.map((line, row) => {
    const y = BAR + PADDING / 2 + (row + 0.5) * LINE;
    return line.trim() && `<text x="${PADDING}" y="${y}">${spansOf(line)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14" fill="#e6edf3">
<style>text { white-space: pre } .bold { font-weight: bold } .dim { opacity: 0.65 }</style>
<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>
<text x="${width / 2}" y="22" text-anchor="middle" class="dim">${escaped(title)}</text>
${rows.filter(Boolean).join('\n')}
</svg>
`;
}

/** What is between sequences, each with the style that holds there. */
function spansOf(line) {
  const [before, ...parts] = line.split('\u001B[');
  let [colour, weight] = [undefined, undefined];
  const spans = parts.map((part) => {
    const [, digits, text] = /^(\d+)m(.*)$/.exec(part);
    const code = Number(digits);
    if (code === 0) colour = weight = undefined;
    else if (code === 1 || code === 2) weight = code === 1 ? 'bold' : 'dim';
    else if (code === 22) weight = undefined;
    else colour = COLOURS[code];
    return text && styled(text, colour, weight);
  });
  return escaped(before) + spans.join('');
}

function styled(text, colour, weight) {
  if (!colour && !weight) return escaped(text);
  const attributes = (colour ? ` fill="${colour}"` : '') + (weight ? ` class="${weight}"` : '');
  return `<tspan${attributes}>${escaped(text)}</tspan>`;
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
