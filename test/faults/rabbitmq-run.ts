import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from './check-files.js';
import { checkQueues, checkSecrets } from './check-queues.js';
import { checkEnds, matchRequests } from './check-requests.js';
import { Laboratory, type RunOptions } from './laboratory.js';
import { longJobs, plannedWithLongJobs } from './long-job.js';
import type { Middle } from './middle.js';
import { type Phase, Phases } from './phases.js';
import { type PlannedRequest, SHARING } from './planned-request.js';
import { RabbitMqLine, type Site } from './rabbitmq-line.js';
import { RabbitMqNode } from './rabbitmq-node.js';
import type { RunResult } from './report.js';
import type { Role } from './role.js';
import type { Victims } from './storm.js';
import { Tally } from './tally.js';
import { readAccepted } from './trail.js';

/** Parts of the requests and of the time. */
const STORM = 0.75;
const STEADY = 0.25;
/** Requests after which a writer's threads are all there. */
const WARM_UP = 12;
/** Of a writer, by default. */
const JOBS_AT_ONCE = 2;
/** For which RabbitMQ lets a writer keep a message, where jobs take longer. */
const PATIENCE_MS = 10_000;
/** Jobs that writers are cut off from, and those after which they know. */
const LONG_JOBS = { unknowing: 9, knowing: 6 };
/** Sendings of a job whose first writer is cut off, and whose next ones may be as well. */
const MOST_SENDINGS = 3;
/** In a shorter run there are no long jobs: they take some minutes. */
const SHORTEST_WITH_LONG_JOBS_MIN = 1;

/** Breaks whatever can break where RabbitMQ carries the requests, RabbitMQ included. */
export async function runOverRabbitMq(options: RunOptions): Promise<RunResult> {
  const lab = await Laboratory.prepare(options);
  const node = await RabbitMqNode.prepare({ folder: lab.folder });
  try {
    await node.start();
    return await new RabbitMqRun(lab, node, await Phases.prepare(lab)).all();
  } finally {
    await node.close();
    await lab.clear();
  }
}

class RabbitMqRun {
  private readonly dataApi: Role;
  private readonly violations: string[];

  constructor(
    private readonly lab: Laboratory,
    private readonly node: RabbitMqNode,
    private readonly phases: Phases,
  ) {
    this.dataApi = lab.dataApi('storm', lab.options.seed, lab.stalls ? 'stalls' : 'no stalls');
    this.violations = phases.violations;
  }

  async all(): Promise<RunResult> {
    const { requests, minutes } = this.lab.options;
    const hasLongJobs = minutes >= SHORTEST_WITH_LONG_JOBS_MIN;
    const long = longJobs(hasLongJobs ? LONG_JOBS.unknowing + LONG_JOBS.knowing : 0);
    const plain = Array.from({ length: requests - long.length }, (_, n) => n);
    const outcomes = [
      ...(await this.mainPhases(this.plansOf(plain))),
      ...(hasLongJobs ? await this.longJobs(this.plansOf(long)) : []),
    ];
    await this.phases.end([this.dataApi], 'SIGKILL');
    this.violations.push(...this.node.complaints);
    this.violations.push(...checkSecrets(this.lab.roles, this.node.secrets));
    return this.phases.judge(outcomes);
  }

  /** Two brokers share all writers. First nobody is spared; then one broker and one writer are. */
  private async mainPhases(plans: readonly PlannedRequest[]): Promise<Outcome[]> {
    const line = new RabbitMqLine(this.lab, this.node, 'main');
    const paths: Record<string, Middle> = {};
    const place = async (name: string) => {
      const path = await this.lab.before(this.node.port);
      paths[name] = path;
      return { url: this.node.url(path.port) };
    };
    const sites = [
      await line.broker('broker-1', await place('broker 1')),
      await line.broker('broker-2', await place('broker 2')),
    ];
    const writers: Role[] = [];
    for (let n = 1; n <= this.lab.options.writers; n++) {
      writers.push(line.writer(`writer-${n}`, await place(`writer ${n}`)));
    }
    const brokers = sites.map(({ broker }) => broker);
    await Promise.all([...brokers, this.dataApi, ...writers].map((role) => role.start()));

    const siteOf = (plan: PlannedRequest) => sites[Math.floor(plan.number / SHARING) % 2];
    const clients = sites.map(({ client }) => client);
    const clientOf = (plan: PlannedRequest) => siteOf(plan).client;
    const [begun, made] = [WARM_UP, Math.round(STORM * plans.length)];
    const phase = (name: string, part: number, from: number, to?: number): Phase => {
      return { name, plans: plans.slice(from, to), part, clients, clientOf };
    };
    const [sparedWriter, ...victims] = writers;
    const [sparedBroker, ...others] = brokers;
    const everybody: Victims = {
      ...{ brokers, writers: victims, dataApi: this.dataApi, paths, rabbitMq: this.node },
      clocks: [...brokers, ...writers],
      output: this.lab.output,
    };
    await this.phases.make(phase('warm-up', 0, 0, begun));
    await this.phases.settled(clients, 'warm-up');
    const warm = await this.phases.idle();
    await this.phases.storm(phase('storm', STORM, begun, made), everybody);
    const calm = await this.phases.idle();
    await this.phases.storm(phase('steady', STEADY, made), { ...everybody, brokers: others });
    await this.phases.idle();
    this.phases.judgeUsage(sparedWriter, warm, JOBS_AT_ONCE);
    this.phases.judgeUsage(sparedBroker, calm, 0);

    const outcomes: Outcome[] = [];
    for (const site of sites) {
      const own = plans.filter((plan) => siteOf(plan) === site);
      outcomes.push(...(await this.outcomes(site, own)));
    }
    await this.close(line, sites, writers);
    return outcomes;
  }

  /** RabbitMQ waits for a few seconds only: writers find out, and it cuts nobody off who knows. */
  private async longJobs(plans: readonly PlannedRequest[]): Promise<Outcome[]> {
    const { say } = this.lab.options;
    await this.node.limitConsumers(PATIENCE_MS);
    const line = new RabbitMqLine(this.lab, this.node, 'long');
    const place = { url: this.node.url() };
    const site = await line.broker('broker', place);
    const writers = Array.from({ length: this.lab.options.writers }, (_, n) =>
      line.writer(`writer-${n + 1}`, place),
    );
    await Promise.all([site.broker, ...writers].map((role) => role.start()));
    const outcomes: Outcome[] = [];
    for (const [name, from, to] of [
      ['writers cut off for long jobs', 0, LONG_JOBS.unknowing],
      ['writers that take long jobs off', LONG_JOBS.unknowing, plans.length],
    ] as const) {
      const some = plans.slice(from, to);
      say(`${name}: ${some.length} requests`);
      const before = cutOffs(writers);
      for (const plan of some) await site.client.submit(plan);
      await this.phases.settled([site.client], name);
      this.phases.tally.add(`RabbitMQ: a job longer than it waits, ${name}`, some.length);
      this.checkSendings(some, from === 0 ? MOST_SENDINGS : 1);
      const times = cutOffs(writers) - before;
      this.phases.tally.add(`RabbitMQ: cuts a writer off for a job, ${name}`, times);
      if ((times === 0) === (from === 0)) {
        this.violations.push(`${name}: RabbitMQ cut writers off ${times} times`);
      }
    }
    outcomes.push(...(await this.outcomes(site, plans)));
    await this.close(line, [site], writers);
    return outcomes;
  }

  /** @param most how often the values of each may have been asked for, by all of its writers together */
  private checkSendings(plans: readonly PlannedRequest[], most: number): void {
    const journal = readFileSync(join(this.lab.folder, 'data-api.journal'), 'utf8');
    const asked = Tally.of(journal.split('\n'));
    for (const { number } of plans) {
      const times = asked.of(String(number));
      if (times > most)
        this.violations.push(`request ${number} was asked for ${times} times (at most ${most})`);
    }
  }

  private async outcomes(
    { client, trail }: Site,
    plans: readonly PlannedRequest[],
  ): Promise<Outcome[]> {
    const told = await client.requests();
    const { outcomes, violations } = matchRequests(plans, readAccepted(trail), told);
    this.violations.push(...violations, ...checkEnds(outcomes));
    return outcomes;
  }

  private async close(
    { name }: RabbitMqLine,
    sites: readonly Site[],
    writers: readonly Role[],
  ): Promise<void> {
    this.violations.push(...(await checkQueues(this.node, name)));
    await this.phases.end([...writers, ...sites.map(({ broker }) => broker)], 'SIGTERM');
    const left = await checkQueues(this.node, name, true);
    this.violations.push(...left.map((text) => `after all have ended, ${text}`));
  }

  private plansOf(numbers: readonly number[]): PlannedRequest[] {
    return numbers.map(plannedWithLongJobs(this.lab.options.seed, this.lab.stalls));
  }
}

/** How often RabbitMQ cut writers off for what they kept, as they learnt its time-out from it. */
function cutOffs(writers: readonly Role[]): number {
  const learnt = /took back a request that was in hand for too long/g;
  return writers.reduce(
    (sum, { log }) => sum + (readFileSync(log, 'utf8').match(learnt)?.length ?? 0),
    0,
  );
}
