import fs from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import type { Plan } from './plan.js';
import type { Retrieval } from './retrieval.js';
import { RunBooks } from './run-book.js';

/** What a process of its own is asked to do in a pgroup; it prints the result as JSON. */
export type Task =
  | {
      /** So many clients at once: each takes run numbers, runs of its own, and steps of run 1. */
      readonly kind: 'clients';
      readonly raw: string;
      readonly clients: number;
      readonly retrieval: Retrieval;
    }
  | {
      /** Acquires, and is killed by itself once it has changed so many names on disk. */
      readonly kind: 'crash';
      readonly raw: string;
      readonly after: number;
      readonly retrieval: Retrieval;
      /** Where its intent is noted. */
      readonly intent: string;
    };

const task = JSON.parse(process.argv[2]) as Task;
const book = new RunBooks().of(task.raw);
if (task.kind === 'clients') {
  const results = await Promise.all(Array.from({ length: task.clients }, () => client(task)));
  console.log(JSON.stringify(results.flat()));
} else {
  killAfter(task.after);
  await book.acquire(task.retrieval, (plan) =>
    writeFile(task.intent, JSON.stringify({ retrieval: task.retrieval, plan })),
  );
  console.log('"all of it"');
}

async function client({ retrieval }: Task): Promise<Partial<Plan>[]> {
  return [
    { runNumber: await book.advance() },
    await book.acquire(retrieval, () => Promise.resolve()),
    await book.acquire({ ...retrieval, runNumber: 1 }, () => Promise.resolve()),
    { runNumber: await book.advance() },
    await book.acquire({ ...retrieval, runNumber: 1 }, () => Promise.resolve()),
  ];
}

function makesFiles(flags: string | number = 'r'): boolean {
  return typeof flags === 'number' ? (flags & fs.constants.O_CREAT) !== 0 : flags !== 'r';
}

/** Ends this process, as a power cut would, after a number of calls that change names. */
function killAfter(count: number): void {
  let left = count;
  const counted = () => {
    if (--left === 0) process.kill(process.pid, 'SIGKILL');
  };
  const { mkdirSync } = fs;
  const { open, rename } = fs.promises;
  Object.assign(fs, {
    mkdirSync: (...args: Parameters<typeof mkdirSync>) => {
      const result = mkdirSync(...args);
      counted();
      return result;
    },
  });
  Object.assign(fs.promises, {
    rename: async (...args: Parameters<typeof rename>) => {
      await rename(...args);
      counted();
    },
    open: async (...args: Parameters<typeof open>) => {
      const file = await open(...args);
      if (makesFiles(args[1])) counted();
      return file;
    },
  });
  syncBuiltinESMExports();
}
