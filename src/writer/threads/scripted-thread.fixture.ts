/** The entry of a thread that does what it is told: JavaScript with `parentPort` and `threadId`. */
export function scriptedThread(script: string): URL {
  const module = `import { parentPort, threadId } from 'node:worker_threads';\n${script}`;
  return new URL(`data:text/javascript,${encodeURIComponent(module)}`);
}

/** One that can work, and has nothing to do. */
export const IDLE_THREAD = scriptedThread(`
  parentPort.on('message', () => undefined).postMessage({ type: 'tried out' });
`);
