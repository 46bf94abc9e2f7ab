import { FaultyDataApi } from './faulty-data-api.js';
import { plannedWithLongJobs } from './long-job.js';
import { nightPlanned } from './night-plan.js';

const [address, port, mode, ...plan] = process.argv.slice(2);
const [seed, first, second] = plan;
const api = new FaultyDataApi(
  mode === 'night'
    ? nightPlanned({ seed: Number(seed), requests: Number(first), minutes: Number(second) })
    : plannedWithLongJobs(Number(seed), first === 'stalls'),
  'data-api.journal',
);
await api.listen(Number(port), address);
process.stderr.write(`${JSON.stringify({ level: 'INFO', msg: 'answers queries' })}\n`);
