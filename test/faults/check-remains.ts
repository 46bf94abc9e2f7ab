import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Role, Usage } from './role.js';

const MEGABYTE = 1e6;
/** Resident memory may grow by so much from the middle of a process's life to its end. */
const GROWTH = { part: 0.15, bytes: 15 * MEGABYTE };
/** Those of a thread that is started when it is first needed, and of two connections that are just made. */
const HANDLES = 6;
/**
 * For each job that it does at once, a writer has a thread that reads files, which it keeps for a while, and one that
 * writes them, from its first large job on.
 */
const FURTHER_THREADS = { handles: 8, bytes: 54 * MEGABYTE };

/** Files that nobody should have left behind. */
export function checkLeftFiles(output: string, state: string): string[] {
  const temporary = namesIn(output).filter((name) => !/(\.h5|\.h5\.err|filled-up)$/.test(name));
  // A writer that is killed leaves its lock for the next start.
  const journal = namesIn(join(state, 'journal')).filter((name) => !name.startsWith('lock_'));
  return [
    ...temporary.map((name) => `temporary file left: ${name}`),
    ...journal.map((name) => `journal entry left: ${name}`),
  ];
}

/** Error files that had no place of their own: the line in each, and where it is. */
export function errorFilesIn(state: string): Map<string, string> {
  const folder = join(state, 'failed');
  return new Map(namesIn(folder).map((name) => [readFileSync(join(folder, name), 'utf8'), name]));
}

/** Lines of a process that are no log, and those that tell of what nobody foresaw. */
export function checkLog({ log, name }: Role): string[] {
  const bad = readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && (!isEvent(line) || isUnforeseen(line)))
    // Of its last words a process that is killed may say half.
    .filter((line) => !(line.startsWith('{') && !line.endsWith('}')));
  return bad.slice(0, 5).map((line) => `${name} logged: ${line.slice(0, 500)}`);
}

/**
 * Whether what a process uses stays the same from when it was `idle` first to when it is again.
 *
 * @param jobs that it may do at once; see `FURTHER_THREADS`
 */
export function checkUsage(
  name: string,
  usage: readonly Usage[],
  idle: number,
  jobs: number,
): string[] {
  const before = usage.filter(({ at }) => at <= idle).at(-1);
  const last = usage.at(-1);
  if (!before || !last || before === last) return [`${name} was not measured`];
  const violations: string[] = [];
  if (last.handles > before.handles + HANDLES + jobs * FURTHER_THREADS.handles) {
    const kinds = last.kinds.above(before.kinds);
    violations.push(
      `open handles of ${name} grew from ${before.handles} to ${last.handles}: ${kinds}`,
    );
  }
  const later = usage.filter(({ at }) => at > idle);
  const half = Math.floor(later.length / 2);
  const [middle, end] = [later.slice(0, half), later.slice(half)].map(medianMemory);
  const room = GROWTH.bytes + jobs * FURTHER_THREADS.bytes;
  if (end > middle * (1 + GROWTH.part) + room) {
    const [from, to] = [middle, end].map((bytes) => (bytes / MEGABYTE).toFixed(0));
    violations.push(`memory of ${name} grew from ${from} MB to ${to} MB`);
  }
  return violations;
}

/** For a table: first and last numbers of a process's life. */
export function usageText(usage: readonly Usage[], idle: number): string {
  const [first, last] = [usage.filter(({ at }) => at <= idle).at(-1), usage.at(-1)];
  if (!first || !last) return 'not measured';
  const [from, to] = [first, last].map(({ memory }) => (memory / MEGABYTE).toFixed(0));
  return `${first.handles} → ${last.handles} handles, ${from} → ${to} MB`;
}

function medianMemory(usage: readonly Usage[]): number {
  const sorted = usage.map(({ memory }) => memory).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function isEvent(line: string): boolean {
  try {
    return typeof (JSON.parse(line) as { level?: unknown }).level === 'string';
  } catch {
    return false;
  }
}

function isUnforeseen(line: string): boolean {
  return /unhandled|uncaught|internal_error|"level":"CRITICAL"|\\n\s+at /i.test(line);
}

function namesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => name);
}
