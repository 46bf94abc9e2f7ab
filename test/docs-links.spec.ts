import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const FOLDERS = ['docs', 'clients', 'deploy', 'examples', 'bench'].filter((folder) =>
  existsSync(folder),
);

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...FOLDERS.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.md'))
      .map((file) => join(folder, file)),
  ),
];

/** Without code, in which nothing is a link. */
function proseOf(page: string): string {
  return readFileSync(page, 'utf8')
    .replaceAll(/^( *)```[^]*?^\1```$/gm, '')
    .replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()]/g, ''));
}

/** What GitHub makes of a page's headings. */
function anchorsOf(page: string): string[] {
  return [...proseOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function isDead(page: string, link: string): boolean {
  const [file, anchor] = link.split('#');
  const target = file === '' ? page : join(dirname(page), decodeURI(file));
  if (!existsSync(target)) return true;
  return anchor !== undefined && !anchorsOf(target).includes(anchor);
}

describe('the docs', () => {
  it('have links', () => {
    expect(pages.length).toBeGreaterThan(20);
  });

  it.each(pages)('%s leads nowhere that is not there', (page) => {
    const links = [...proseOf(page).matchAll(/\]\((?!\w+:)([^)\s]+)\)/g)].map(([, link]) => link);
    expect(links.filter((link) => isDead(page, link))).toEqual([]);
  });
});

// Alerts, units, code and settings name pages of the docs in texts.
it.each(['src', 'deploy', 'test', 'web/src'])('what %s names in docs/ is there', (folder) => {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|ya?ml|env|service|json)$/.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name));
  const named = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\bdocs\/[\w/-]+\.md(?:#[\w-]+)?/g)].map(
      ([link]) => link,
    ),
  );
  expect([...new Set(named)].filter((link) => isDead('README.md', link))).toEqual([]);
});
