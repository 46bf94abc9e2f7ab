import type { Outcome } from './check-files.js';
import { checkEnds, matchRequests } from './check-requests.js';
import { Client } from './client.js';
import { Laboratory, type Line, type RunOptions } from './laboratory.js';
import { Phases } from './phases.js';
import { type PlannedRequest, planned } from './planned-request.js';
import type { RunResult } from './report.js';
import type { Role } from './role.js';
import { SilentPuller } from './silent-puller.js';
import type { Victims } from './storm.js';
import { readAccepted } from './trail.js';

/** Parts of the requests and of the time. The rest of both is the silent pullers'. */
const STORM = 0.7;
const STEADY = 0.22;
/** Requests after which a writer's threads are all there. */
const WARM_UP = 12;

/** Of a writer, by default. */
const JOBS_AT_ONCE = 2;

/** Breaks whatever can break while requests are made, and checks what became of each. */
export async function run(options: RunOptions): Promise<RunResult> {
  const lab = await Laboratory.prepare(options);
  try {
    return await new Run(lab, await Phases.prepare(lab)).all();
  } finally {
    await lab.clear();
  }
}

class Run {
  private readonly dataApi: Role;

  constructor(
    private readonly lab: Laboratory,
    private readonly phases: Phases,
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
    await this.phases.end([this.dataApi], 'SIGKILL');
    return this.phases.judge(outcomes);
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
    await this.phases.settled([client], 'warm-up');
    const warm = await this.phases.idle();
    const everybody: Victims = {
      ...{ brokers: [broker], writers: victims, dataApi: this.dataApi, ports, paths },
      clocks: [broker, ...writers],
      output: this.lab.output,
    };
    const common = { clients: [client], clientOf: () => client };
    const rest = storm.slice(WARM_UP);
    await this.phases.storm({ ...common, name: 'storm', plans: rest, part: STORM }, everybody);
    const calm = await this.phases.idle();
    await this.phases.storm(
      { ...common, name: 'steady', plans: steady, part: STEADY },
      { ...everybody, brokers: [] },
    );
    await this.phases.idle();
    this.phases.judgeUsage(spared, warm, JOBS_AT_ONCE);
    this.phases.judgeUsage(broker, calm, 0);
    const told = await client.requests();
    await this.phases.end([...writers, broker], 'SIGTERM');
    const { outcomes, violations } = matchRequests(
      [...storm, ...steady],
      readAccepted(line.trail),
      told,
    );
    this.phases.violations.push(...violations, ...checkEnds(outcomes));
    return outcomes;
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
    await this.phases.settled([client], 'silent pullers');
    const told = await client.requests();
    await Promise.all(pullers.map((puller) => puller.close()));
    await this.phases.end([...line.writers, line.broker], 'SIGTERM');
    const { outcomes, violations } = matchRequests(plans, readAccepted(line.trail), told);
    const taken = new Set(pullers.flatMap((puller) => puller.taken));
    const [silent, reported] = [true, false].map((is) =>
      outcomes.filter(({ plan }) => taken.has(plan.number) === is),
    );
    this.phases.tally.add('request taken by a writer that never reports', taken.size);
    this.phases.violations.push(
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
}
