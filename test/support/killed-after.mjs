// Loaded before a broker: from SIGUSR2 on it counts the calls that change something on disk, and the process
// ends right after one of them, as if the power had gone. SF_KILLED_AFTER says after which.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

let left = Infinity;
process.on('SIGUSR2', () => {
  left = Number(process.env.SF_KILLED_AFTER);
  process.stdout.write('counting\n');
});

function counted() {
  if (--left === 0) process.kill(process.pid, 'SIGKILL');
}

for (const name of ['mkdirSync', 'writeSync', 'fdatasyncSync', 'fsyncSync', 'renameSync']) {
  const call = fs[name];
  fs[name] = (...args) => {
    const result = call(...args);
    counted();
    return result;
  };
}
for (const name of ['rename', 'mkdir', 'writeFile', 'unlink', 'open']) {
  const call = fs.promises[name];
  fs.promises[name] = async (...args) => {
    const result = await call(...args);
    if (name !== 'open' || (args[1] ?? 'r') !== 'r') counted();
    return result;
  };
}
syncBuiltinESMExports();
