import { workerData } from 'node:worker_threads';

// Entry of a thread that ends its process when the one that started it is gone: the main thread can't, as
// long as it is busy.

const LOOK_MS = 1000;

setInterval(() => {
  if (process.ppid !== workerData) process.kill(process.pid, 'SIGKILL');
}, LOOK_MS);
