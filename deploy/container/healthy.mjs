#!/usr/bin/env node
// Whether a service is well, for health checks: healthy http://127.0.0.1:10002/health/live
// Exit code 0 where it answers with 2xx within 3 s. What it says is seen with `podman inspect`.
const [, , url] = process.argv;
try {
  const reply = await fetch(url, { signal: AbortSignal.timeout(3000) });
  process.exitCode = reply.ok ? 0 : 1;
  process.stdout.write(`${await reply.text()}\n`);
} catch (error) {
  process.exitCode = 1;
  process.stdout.write(`${url} does not answer: ${error.cause?.message ?? error.message}\n`);
}
