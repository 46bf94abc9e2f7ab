import { rmSync, statSync } from 'node:fs';
import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../src/transport/free-port.fixture.js';
import type { Laboratory } from './laboratory.js';
import { LineProcess } from './line-process.js';
import { PASTS, type Past, writeTrail } from './long-trail.js';

/** Starts of a broker on one kind of trail, one entry a run. */
export interface RestartFigures {
  readonly past: Past;
  readonly requests: number;
  /** Of trail and outcomes. */
  readonly bytes: number;
  /** From the start of the process to the first answer over HTTP. */
  readonly seconds: number[];
  /** Until the newest of all requests is listed, too. */
  readonly listed: number[];
  /** Bytes. */
  readonly peak: number[];
}

const POLL_MS = 5;

/** Starts brokers on trails of so many lines, kinds of trail in turn. */
export async function measureRestarts(
  lab: Laboratory,
  requests: number,
): Promise<RestartFigures[]> {
  const all = PASTS.map((past): RestartFigures => {
    const trail = lab.file(`audit-${past}.log`);
    writeTrail(trail, past, requests);
    const bytes = sizeOf(trail) + sizeOf(`${trail}.outcomes`);
    return { past, requests, bytes, seconds: [], listed: [], peak: [] };
  });
  for (let run = 0; run < lab.options.runs; run++) {
    for (const figures of all) {
      await measureStart(lab, lab.file(`audit-${figures.past}.log`), figures);
      console.error(`RESTART ${figures.past}: ${figures.seconds.at(-1)!.toFixed(2)} s`);
    }
  }
  for (const { past } of all) rmSync(lab.file(`audit-${past}.log`), { force: true });
  return all;
}

/** Starts a broker on a trail. @param settings further ones */
export async function measureStart(
  lab: Laboratory,
  trail: string,
  figures: Pick<RestartFigures, 'seconds' | 'listed' | 'peak'>,
  settings: readonly string[] = [],
): Promise<void> {
  const [restPort, outputPort] = [await freePort(), await freePort()];
  const begun = performance.now();
  const broker = new LineProcess({
    command: process.execPath,
    args: [
      ...[lab.options.main, 'broker', '--log_format', 'json', '--epics_writer_url', ''],
      ...['--rest_port', String(restPort), '--output_port', String(outputPort)],
      ...['--output_host', '127.0.0.1', '--output_root', '/data/bench'],
      ...['--audit_file', trail, ...settings],
    ],
    listenTo: 'stderr',
  });
  try {
    await answer(broker, `http://127.0.0.1:${restPort}/status`);
    figures.seconds.push((performance.now() - begun) / 1000);
    await answer(broker, `http://127.0.0.1:${restPort}/requests?limit=1`);
    figures.listed.push((performance.now() - begun) / 1000);
    figures.peak.push(broker.peakMemory());
  } finally {
    await broker.end();
  }
}

/** @throws when the broker ends instead */
async function answer({ child }: LineProcess, url: string): Promise<void> {
  while ((await statusOf(url)) !== 200) {
    if (child.exitCode !== null) throw new Error(`${child.spawnargs.join(' ')} ended early`);
    await delay(POLL_MS);
  }
}

function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    get(url, (reply) => {
      reply.resume();
      reply.once('end', () => resolve(reply.statusCode));
    }).once('error', () => resolve(undefined));
  });
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
