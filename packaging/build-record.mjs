// What was built from what, beside the output: an output counts as built when it and its inputs have the
// contents that were noted after a complete build. Times of files say nothing: git, npm and copies set them.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The contents of files and of all files in folders, by name; what is missing has none. */
export function contentsOf(paths, isMeant = () => true) {
  const files = paths.flatMap((path) => filesOf(path)).filter((file) => isMeant(file));
  return Object.fromEntries(files.sort().map((file) => [file, digestOf(file)]));
}

function filesOf(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return [];
  if (!stats.isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function digestOf(file) {
  return createHash('sha256').update(readFileSync(file)).digest('base64');
}

/** One part's record. */
export class BuildRecord {
  #file;
  #inputs;
  #outputs;

  /** @param inputs, outputs give the contents of both as they are now */
  constructor(file, inputs, outputs) {
    this.#file = file;
    this.#inputs = inputs;
    this.#outputs = outputs;
  }

  /** Whether the output is whole, and built from what the inputs are now. */
  get isCurrent() {
    return this.isWhole && same(this.#noted.inputs, this.#inputs());
  }

  /** Whether the output is as a complete build left it, whatever it was built from. */
  get isWhole() {
    return this.#noted !== undefined && same(this.#noted.outputs, this.#outputs());
  }

  /** A build begins: one that is interrupted leaves no record. @returns notes that it is complete */
  begin() {
    rmSync(this.#file, { force: true });
    // What is changed while it is built is built the next time.
    const inputs = this.#inputs();
    return () => writeFileSync(this.#file, JSON.stringify({ inputs, outputs: this.#outputs() }));
  }

  get #noted() {
    try {
      return JSON.parse(readFileSync(this.#file, 'utf8'));
    } catch {
      // Missing or damaged: all the same.
      return undefined;
    }
  }
}

function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}
