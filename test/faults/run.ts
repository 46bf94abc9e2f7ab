import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { groupBy } from '../../src/cli/audit/group-by.js';
import { Hdf5Library } from '../../src/hdf5/library/hdf5-library.js';
import { type FileFinding, type Outcome, checkFile } from './check-files.js';
import { checkEnds, matchRequests } from './check-requests.js';
import { checkLeftFiles, checkLog, checkUsage, errorFilesIn, usageText } from './check-remains.js';
import { checkWithH5py } from './check-with-h5py.js';
import { Client } from './client.js';
import { Laboratory, type Line, type RunOptions } from './laboratory.js';
import { type PlannedRequest, planned } from './planned-request.js';
import { Poison } from './poison.js';
import { Random } from './random.js';
import type { RunResult } from './report.js';
import type { Role } from './role.js';
import { SilentPuller } from './silent-puller.js';
import { Storm } from './storm.js';
import { Tally } from './tally.js';
import { readAccepted } from './trail.js';

/** Parts of the requests and of the time. The rest of both is the silent pullers'. */
const STORM = 0.7;
const STEADY = 0.22;
/** For one more of those that are open to end: more than all retries of a writer together. */
const NEXT_ENDS_WITHIN_S = 120;
/** After which connections that are kept for a moment are gone. */
const IDLE_MS = 1500;
/** Requests after which a writer's threads are all there. */
const WARM_UP = 12;
/** Requests that are made at once, for many to be under way when something breaks. */
const BURST = 20;

/** Of a writer, by default. */
const JOBS_AT_ONCE = 2;

/** Breaks whatever can break while requests are made, and checks what became of each. */
export async function run(options: RunOptions): Promise<RunResult> {
  const lab = await Laboratory.prepare(options);
  try {
    return await new Run(lab, await Poison.prepare(lab.folder)).all();
  } finally {
    await lab.clear();
  }
}

class Run {
  private readonly violations: string[] = [];
  private readonly tally = new Tally();
  private readonly usage: string[] = [];
  private readonly dataApi: Role;

  constructor(
    private readonly lab: Laboratory,
    private readonly poisonous: Poison,
  ) {
    this.dataApi = lab.dataApi('storm', lab.options.seed, lab.stalls ? 'stalls' : 'no stalls');
  }

  async all(): Promise<RunResult> {
    const { requests, seed, writers } = this.lab.options;
    const plans = Array.from({ length: requests }, (_, n) => planned(seed, n, this.lab.stalls));
    const [storm, steady] = [STORM, STEADY].map((part) => Math.round(part * requests));
    const line = await this.lab.line('main', { writers });
    const outcomes = [
      ...(await this.mainPhases(line, plans.slice(0, storm), plans.slice(storm, storm + steady))),
      ...(await this.silentPhase(plans.slice(storm + steady))),
    ];
    await this.end([this.dataApi], 'SIGKILL');
    const findings = await this.checkFiles(outcomes);
    this.violations.push(...checkLeftFiles(this.lab.output, this.lab.state));
    for (const role of this.lab.roles) {
      this.violations.push(...role.complaints, ...checkLog(role));
    }
    const { violations, tally, usage } = this;
    return { violations, outcomes, findings, faults: tally, usage, disks: this.lab.disks };
  }

  /** First nobody is spared; then broker and one writer are, so that they get old. */
  private async mainPhases(
    line: Line,
    storm: readonly PlannedRequest[],
    steady: readonly PlannedRequest[],
  ): Promise<Outcome[]> {
    const { broker, writers, ports, paths } = line;
    const [spared, ...victims] = writers;
    const client = new Client(line.url, broker, line.trail, this.lab.output);
    await Promise.all([broker, this.dataApi, ...writers].map((role) => role.start()));
    for (const plan of storm.slice(0, WARM_UP)) await client.submit(plan);
    await this.settled(client, 'warm-up');
    const warm = await this.idle();
    const { dataApi } = this;
    const { output } = this.lab;
    const clocks = [broker, ...writers];
    const victimsOfBoth = { writers: victims, dataApi, ports, paths, clocks, output };
    const everybody = { ...victimsOfBoth, broker };
    await this.phase('storm', client, storm.slice(WARM_UP), STORM, everybody);
    const calm = await this.idle();
    await this.phase('steady', client, steady, STEADY, victimsOfBoth);
    await this.idle();
    this.judgeUsage(spared, warm, JOBS_AT_ONCE);
    this.judgeUsage(broker, calm, 0);
    const told = await client.requests();
    await this.end([...writers, broker], 'SIGTERM');
    const { outcomes, violations } = matchRequests(
      [...storm, ...steady],
      readAccepted(line.trail),
      told,
    );
    this.violations.push(...violations, ...checkEnds(outcomes));
    return outcomes;
  }

  private async phase(
    name: string,
    client: Client,
    plans: readonly PlannedRequest[],
    part: number,
    victims: ConstructorParameters<typeof Storm>[2],
  ): Promise<void> {
    const { seed, minutes, say } = this.lab.options;
    say(`${name}: ${plans.length} requests`);
    const storm = new Storm(seed, name, victims, this.tally, this.lab.pace);
    try {
      const start = performance.now();
      const pause = (part * minutes * 60_000) / plans.length;
      for (const [n, plan] of plans.entries()) {
        await sleep(start + (n - (n % BURST)) * pause - performance.now());
        if (plan.poisoned) this.poison(plan, seed);
        await client.submit(plan);
      }
    } finally {
      await storm.end();
    }
    await this.settled(client, name);
  }

  private poison({ file, number }: PlannedRequest, seed: number): void {
    this.tally.add('file: damaged, under the name that is asked for');
    this.poisonous.leave(join(this.lab.output, file), new Random(seed, `poison ${number}`));
  }

  private async settled(client: Client, phase: string): Promise<void> {
    this.lab.options.say(`${phase}: all requests are made`);
    const open = await client.settled(NEXT_ENDS_WITHIN_S);
    if (open === 0) return;
    this.violations.push(
      `${phase}: ${open} requests are open, and none has ended for ${NEXT_ENDS_WITHIN_S} s`,
    );
  }

  /** Writers that never report, at first alone and then with one that does. */
  private async silentPhase(plans: readonly PlannedRequest[]): Promise<Outcome[]> {
    this.lab.options.say(`silent pullers: ${plans.length} requests`);
    const line = await this.lab.line('silent', { writers: 1, reports: 'mixed' });
    await line.broker.start();
    const pullers = [new SilentPuller(line.ports.output), new SilentPuller(line.ports.output)];
    const client = new Client(line.url, line.broker, line.trail, this.lab.output);
    const half = Math.ceil(plans.length / 2);
    for (const plan of plans.slice(0, half)) await client.submit(plan);
    await line.writers[0].start();
    for (const plan of plans.slice(half)) await client.submit(plan);
    await this.settled(client, 'silent pullers');
    const told = await client.requests();
    await Promise.all(pullers.map((puller) => puller.close()));
    await this.end([...line.writers, line.broker], 'SIGTERM');
    const { outcomes, violations } = matchRequests(plans, readAccepted(line.trail), told);
    const taken = new Set(pullers.flatMap((puller) => puller.taken));
    const [silent, reported] = [true, false].map((is) =>
      outcomes.filter(({ plan }) => taken.has(plan.number) === is),
    );
    this.tally.add('request taken by a writer that never reports', taken.size);
    this.violations.push(
      ...violations,
      ...checkEnds(reported),
      ...silent
        .filter(({ told: { state } }) => state !== 'unconfirmed')
        .map(
          ({ plan, told: { state } }) => `request ${plan.number}, of a silent puller, is ${state}`,
        ),
    );
    return outcomes;
  }

  /** Nothing is under way, and what is kept for a moment is gone. @returns when that was */
  private async idle(): Promise<number> {
    await sleep(IDLE_MS);
    this.lab.measure();
    return performance.now();
  }

  private judgeUsage(role: Role, since: number, readingThreads: number): void {
    this.violations.push(...checkUsage(role.name, role.usage, since, readingThreads));
    this.usage.push(`${role.name}: ${usageText(role.usage, since)}`);
  }

  private async end(roles: readonly Role[], signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    for (const role of roles) {
      const code = await role.end(signal);
      if (signal === 'SIGTERM' && code !== 0) {
        this.violations.push(`${role.name} ended with exit code ${code} after SIGTERM`);
      }
    }
  }

  private async checkFiles(outcomes: readonly Outcome[]): Promise<FileFinding[]> {
    const library = await Hdf5Library.load();
    const failed = errorFilesIn(this.lab.state);
    const byFile = groupBy(outcomes, ({ accepted }) => accepted.outputFile);
    const findings = [...byFile.values()].map((each) => checkFile(library, each, failed));
    this.violations.push(...findings.flatMap(({ violations }) => violations));
    this.violations.push(...checkWithH5py(this.lab.output, findings));
    return findings;
  }
}
