import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { groupBy } from '../../src/cli/audit/group-by.js';
import { Hdf5Library } from '../../src/hdf5/library/hdf5-library.js';
import { type FileFinding, type Outcome, checkFile } from './check-files.js';
import { checkLeftFiles, checkLog, checkUsage, errorFilesIn, usageText } from './check-remains.js';
import { checkWithH5py } from './check-with-h5py.js';
import type { Client } from './client.js';
import type { Laboratory } from './laboratory.js';
import type { PlannedRequest } from './planned-request.js';
import { Poison } from './poison.js';
import { Random } from './random.js';
import type { RunResult } from './report.js';
import type { Role } from './role.js';
import { Storm, type Victims } from './storm.js';
import { Tally } from './tally.js';

/** For one more of those that are open to end: what failed for what can pass is tried again after minutes. */
const NEXT_ENDS_WITHIN_S = 300;
/** After which connections that are kept for a moment are gone. */
const IDLE_MS = 1500;
/** Requests that are made at once, for many to be under way when something breaks. */
const BURST = 20;

/** Requests of a part of a run, and what is done meanwhile. */
export interface Phase {
  readonly name: string;
  readonly plans: readonly PlannedRequest[];
  /** Of the minutes of the run. */
  readonly part: number;
  /** All whose requests these are. */
  readonly clients: readonly Client[];
  readonly clientOf: (plan: PlannedRequest) => Client;
}

/** What the parts of a run share: how requests are made, and what is found out about what became of them. */
export class Phases {
  readonly violations: string[] = [];
  readonly tally = new Tally();
  private readonly usage: string[] = [];

  private constructor(
    private readonly lab: Laboratory,
    private readonly poisonous: Poison,
  ) {}

  static async prepare(lab: Laboratory): Promise<Phases> {
    return new Phases(lab, await Poison.prepare(lab.folder));
  }

  /** Makes the requests in a storm, and waits until each has ended. */
  async storm(phase: Phase, victims: Victims): Promise<void> {
    const { seed, say } = this.lab.options;
    say(`${phase.name}: ${phase.plans.length} requests`);
    const storm = new Storm(seed, phase.name, victims, this.tally, this.lab.pace);
    try {
      await this.make(phase);
    } finally {
      await storm.end();
    }
    await this.settled(phase.clients, phase.name);
  }

  /** Makes the requests over the time that the phase has. */
  async make({ plans, part, clientOf }: Phase): Promise<void> {
    const { seed, minutes } = this.lab.options;
    const start = performance.now();
    const pause = (part * minutes * 60_000) / plans.length;
    for (const [n, plan] of plans.entries()) {
      await sleep(start + (n - (n % BURST)) * pause - performance.now());
      if (plan.poisoned) this.poison(plan, seed);
      await clientOf(plan).submit(plan);
    }
  }

  /** Each request has ended, also those that failed for what can pass. */
  async settled(clients: readonly Client[], phase: string): Promise<void> {
    this.lab.options.say(`${phase}: all requests are made`);
    for (const client of clients) {
      const open = await client.settled(NEXT_ENDS_WITHIN_S);
      if (open === 0) continue;
      this.violations.push(
        `${phase}: ${open} requests are open, and none has ended for ${NEXT_ENDS_WITHIN_S} s`,
      );
    }
  }

  /** Nothing is under way, and what is kept for a moment is gone. @returns when that was */
  async idle(): Promise<number> {
    await sleep(IDLE_MS);
    this.lab.measure();
    return performance.now();
  }

  judgeUsage(role: Role, since: number, jobs: number): void {
    this.violations.push(...checkUsage(role.name, role.usage, since, jobs));
    this.usage.push(`${role.name}: ${usageText(role.usage, since)}`);
  }

  async end(roles: readonly Role[], signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    for (const role of roles) {
      const code = await role.end(signal);
      if (signal === 'SIGTERM' && code !== 0) {
        this.violations.push(`${role.name} ended with exit code ${code} after SIGTERM`);
      }
    }
  }

  /** Files, logs, and what is left of the whole run. @param states folders of the writers */
  async judge(
    outcomes: readonly Outcome[],
    states: readonly string[] = [this.lab.state],
  ): Promise<RunResult> {
    const findings = await this.checkFiles(outcomes, states);
    const left = states.flatMap((state) => checkLeftFiles(this.lab.output, state));
    this.violations.push(...new Set(left));
    for (const role of this.lab.roles) {
      this.violations.push(...role.complaints, ...checkLog(role));
    }
    const { violations, tally, usage } = this;
    return { violations, outcomes, findings, faults: tally, usage, disks: this.lab.disks };
  }

  private poison({ file, number }: PlannedRequest, seed: number): void {
    this.tally.add('file: damaged, under the name that is asked for');
    this.poisonous.leave(join(this.lab.output, file), new Random(seed, `poison ${number}`));
  }

  private async checkFiles(
    outcomes: readonly Outcome[],
    states: readonly string[],
  ): Promise<FileFinding[]> {
    const library = await Hdf5Library.load();
    const failed = new Map(states.flatMap((state) => [...errorFilesIn(state)]));
    const byFile = groupBy(outcomes, ({ accepted }) => accepted.outputFile);
    const findings = [...byFile.values()].map((each) => checkFile(library, each, failed));
    this.violations.push(...findings.flatMap(({ violations }) => violations));
    this.violations.push(...checkWithH5py(this.lab.output, findings));
    return findings;
  }
}
