import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Hdf5Library } from '../../src/hdf5/library/hdf5-library.js';
import { freePort } from '../../src/transport/free-port.fixture.js';
import { type FileFinding, type Outcome, checkFile } from './check-files.js';
import { type Wait, checkLeftInState, checkNightEnds, waitsOfLive } from './check-night.js';
import { checkLeftFiles, checkLog, errorFilesIn } from './check-remains.js';
import { matchRequests } from './check-requests.js';
import { checkWithH5py } from './check-with-h5py.js';
import { Client, type RequestHistory, type RequestState } from './client.js';
import { FillingDisk } from './filling-disk.js';
import { Killer } from './killer.js';
import { Laboratory, type Line, type RunOptions } from './laboratory.js';
import { MachineLoad, Patience } from './patience.js';
import { Middle } from './middle.js';
import { NightFaults } from './night-faults.js';
import { FILLING_FOLDER, SPECIAL, liveCount, nightPlanned } from './night-plan.js';
import type { PlannedRequest } from './planned-request.js';
import type { RunResult } from './report.js';
import type { Role } from './role.js';
import { Tally } from './tally.js';
import { Timeline } from './timeline.js';
import { readAccepted } from './trail.js';

const LEASE_S = 5;
/** After which a request is given up that writers die of. */
const DEATHS = 5;
/** So that a writer has failed after some seconds, and it is the broker's turn. */
const RETRIES = 2;
/** Parts of the night: when requests are made. */
const LIVE = { from: 0.03, to: 0.9 };
const SPECIAL_AT = { [SPECIAL.long]: 0.04, [SPECIAL.deadly]: 0.34, [SPECIAL.unlucky]: 0.76 };
/** Those of a part of the replays, each made as fast as they can. */
const REPLAYS_AT = [0.01, 0.4];
/** For one more request to come to its end: healing waits for up to four minutes in a short night. */
const NEXT_ENDS_WITHIN_S = 300;
/** Writers look every 15 s which error files can go. */
const CLEARED_WITHIN_S = 60;
/**
 * A live request waits for one job that runs, which tries again after some seconds where its reply is cut off, and
 * maybe for two writers that can't work.
 */
const ONE_JOB_S = 10;

/** Breaks what breaks in a night of beam time, and checks that all is there in the morning. */
export async function night(options: RunOptions): Promise<RunResult> {
  const lab = await Laboratory.prepare(options);
  const disk = new FillingDisk(join(lab.output, FILLING_FOLDER), options.mount);
  try {
    return await new Night(lab, disk).all();
  } finally {
    await lab.clear();
    disk.clear();
  }
}

interface End {
  readonly told: readonly RequestState[];
  readonly records: ReadonlyMap<string, RequestHistory>;
}

class Night {
  private readonly violations: string[] = [];
  private readonly tally = new Tally();
  private readonly timeline = new Timeline();
  private readonly load = new MachineLoad();
  private readonly plans: readonly PlannedRequest[];
  private readonly states: readonly string[];

  constructor(
    private readonly lab: Laboratory,
    private readonly disk: FillingDisk,
  ) {
    const { requests } = lab.options;
    this.plans = Array.from({ length: requests }, (_, n) => nightPlanned(lab.options)(n));
    this.states = [lab.state, join(lab.folder, 'state-source'), join(lab.folder, 'state-root')];
  }

  async all(): Promise<RunResult> {
    const { seed, requests, minutes, writers, say } = this.lab.options;
    const dataApi = this.lab.dataApi('night', seed, requests, minutes);
    const line = await this.lab.line('night', { writers, lease: LEASE_S, retries: RETRIES });
    const { unable, mend } = await this.unableWriters(line);
    const client = new Client(line.url, line.broker, line.trail, this.lab.output);
    const all = [line.broker, dataApi, ...line.writers, ...unable];
    await Promise.all(all.map((role) => role.start()));
    say(`night: ${requests} requests`);
    const victims = { ...line, dataApi, disk: this.disk, mend };
    const faults = new NightFaults(seed, minutes * 60, victims, this.tally, this.timeline);
    const killer = new Killer(this.plans, client, [...line.writers, ...unable], {
      trail: line.trail,
      tally: this.tally,
      timeline: this.timeline,
    });
    let end: End;
    try {
      await Promise.all([this.makeLive(client), this.makeReplays(client), this.dawn()]);
      await faults.end();
      say('morning: all requests are made, and nothing is broken any more');
      end = await this.morning(client, line.trail);
    } finally {
      await faults.end();
      await killer.end();
    }
    await this.end([...line.writers, ...unable, line.broker]);
    faults.close();
    await dataApi.end('SIGKILL');
    return this.judge(line, end);
  }

  /** One whose data API can't be reached at first, and one whose output root is not that of the others. */
  private async unableWriters(line: Line) {
    const { dataPort: target, folder } = this.lab;
    const [, stateOfSource, stateOfRoot] = this.states;
    const dataPort = await freePort();
    const elsewhere = join(folder, 'elsewhere');
    mkdirSync(elsewhere);
    const unable = [
      line.writer('without-source', { dataPort, state: stateOfSource }),
      line.writer('without-root', { output: elsewhere, state: stateOfRoot }),
    ];
    return { unable, mend: () => Middle.before(target, dataPort) };
  }

  private async makeLive(client: Client): Promise<void> {
    const [count, special] = [liveCount(this.lab.options), Object.keys(SPECIAL_AT).length];
    const plain = this.plans.slice(special, count);
    const pause = (LIVE.to - LIVE.from) / plain.length;
    const timed = [
      ...Object.entries(SPECIAL_AT).map(([n, at]) => ({ at, plan: this.plans[Number(n)] })),
      ...plain.map((plan, n) => ({ at: LIVE.from + n * pause, plan })),
    ].sort((a, b) => a.at - b.at);
    await this.make(client, timed);
  }

  private async makeReplays(client: Client): Promise<void> {
    const replays = this.plans.slice(liveCount(this.lab.options));
    const part = Math.ceil(replays.length / REPLAYS_AT.length);
    await this.make(
      client,
      replays.map((plan, n) => ({ at: REPLAYS_AT[Math.floor(n / part)], plan })),
    );
  }

  /** @param timed requests with the part of the night after which each is made */
  private async make(
    client: Client,
    timed: readonly { readonly at: number; readonly plan: PlannedRequest }[],
  ): Promise<void> {
    const begun = performance.now();
    for (const { at, plan } of timed) {
      await sleep(begun + at * this.nightMs - performance.now());
      await client.submit(plan);
    }
  }

  private dawn(): Promise<void> {
    return sleep(this.nightMs);
  }

  private get nightMs(): number {
    return this.lab.options.minutes * 60_000;
  }

  /** Waits until nothing more happens to the requests, nor to their error files. */
  private async morning(client: Client, trail: string): Promise<End> {
    const ids = new Map(readAccepted(trail).map(({ id, number }) => [id, number]));
    const deadly = ({ request_id: id }: RequestState) => ids.get(id) === SPECIAL.deadly;
    const isAtEnd = (each: RequestState) =>
      isOver(each) || (deadly(each) && (each.deaths ?? 0) >= DEATHS && each.state === 'failed');
    const patience = new Patience(NEXT_ENDS_WITHIN_S);
    let told: RequestState[];
    for (let least = Infinity; ;) {
      told = await client.requests();
      const left = told.filter((each) => !isAtEnd(each));
      if (left.length === 0) break;
      if (left.length < least) {
        least = left.length;
        patience.renew();
        this.lab.options.say(`morning: ${least} requests are not at their end`);
      }
      if (patience.isOver) {
        this.violations.push(
          `${left.length} requests are not at their end, and none has come to it for ${NEXT_ENDS_WITHIN_S} s`,
        );
        break;
      }
      await sleep(1000);
    }
    await this.cleared(told, trail);
    const records = new Map<string, RequestHistory>();
    for (const id of ids.keys()) {
      const record = await client.request(id);
      if (record) records.set(id, record);
    }
    return { told: await client.requests(), records };
  }

  /** Waits until the error files are gone of what is written. */
  private async cleared(told: readonly RequestState[], trail: string): Promise<void> {
    const { outcomes } = matchRequests(this.plans, readAccepted(trail), told);
    const patience = new Patience(CLEARED_WITHIN_S);
    while (checkLeftInState(this.leftInState(), outcomes).length > 0 && !patience.isOver) {
      await sleep(500);
    }
  }

  private leftInState(): Map<string, string> {
    return new Map(this.states.flatMap((state) => [...errorFilesIn(state)]));
  }

  private async judge(line: Line, { told, records }: End): Promise<RunResult> {
    const { outcomes, violations } = matchRequests(this.plans, readAccepted(line.trail), told);
    const left = this.leftInState();
    const findings = await this.checkFiles(outcomes, left);
    this.violations.push(...violations, ...checkNightEnds(outcomes));
    this.violations.push(...checkLeftInState(left, outcomes));
    const remains = this.states.flatMap((state) => checkLeftFiles(this.lab.output, state));
    this.violations.push(...new Set(remains));
    const waits = this.checkWaits(outcomes, records);
    for (const role of this.lab.roles) this.violations.push(...role.complaints, ...checkLog(role));
    this.explain(outcomes, records);
    const { tally: faults } = this;
    const { disks } = this.lab;
    return { violations: this.violations, outcomes, findings, faults, usage: [], disks, waits };
  }

  /** Whether no live request waits for more than one job once what it needs is there. */
  private checkWaits(
    outcomes: readonly Outcome[],
    records: ReadonlyMap<string, RequestHistory>,
  ): Wait[] {
    const lives = outcomes.flatMap((outcome) => {
      const record = records.get(outcome.accepted.id);
      return record && outcome.plan.by === 'acquisition' ? [{ outcome, record }] : [];
    });
    const waits = waitsOfLive(lives, this.timeline, LEASE_S);
    const limit = ONE_JOB_S * this.load.end();
    for (const { number, seconds, from, to } of waits.filter((each) => each.seconds > limit)) {
      const [begin, end] = [from, to].map((time) => new Date(time * 1000).toISOString());
      this.violations.push(
        `request ${number} could have been written, and no live one was for ${seconds.toFixed(1)} s ` +
          `(at most ${limit.toFixed(0)} s), between ${begin} and ${end}`,
      );
    }
    return waits;
  }

  private async checkFiles(
    outcomes: readonly Outcome[],
    left: ReadonlyMap<string, string>,
  ): Promise<FileFinding[]> {
    const library = await Hdf5Library.load();
    const findings = outcomes.map((each) => checkFile(library, [each], left));
    this.violations.push(...findings.flatMap(({ violations }) => violations));
    this.violations.push(...checkWithH5py(this.lab.output, findings));
    return findings;
  }

  /** Says what the broker knows of the requests that a violation names. */
  private explain(
    outcomes: readonly Outcome[],
    records: ReadonlyMap<string, RequestHistory>,
  ): void {
    for (const { accepted, plan } of outcomes) {
      const name = new RegExp(`\\brequest ${plan.number}\\b`);
      if (!this.violations.some((text) => name.test(text))) continue;
      const record = records.get(accepted.id);
      this.lab.options.say(
        `request ${plan.number}: ${JSON.stringify({ ...record, report: undefined })}`,
      );
    }
  }

  private async end(roles: readonly Role[]): Promise<void> {
    for (const role of roles) {
      const code = await role.end('SIGTERM');
      if (code !== 0) {
        this.violations.push(`${role.name} ended with exit code ${code} after SIGTERM`);
      }
    }
  }
}

function isOver({ state, next_attempt: next }: RequestState): boolean {
  return ['written', 'failed', 'superseded'].includes(state) && next === undefined;
}
