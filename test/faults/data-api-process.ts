import { FaultyDataApi } from './faulty-data-api.js';
import { nightPlanned } from './night-plan.js';
import { planned } from './planned-request.js';

const [port, mode, ...plan] = process.argv.slice(2);
const [seed, first, second] = plan;
const api = new FaultyDataApi(
  mode === 'night'
    ? nightPlanned({ seed: Number(seed), requests: Number(first), minutes: Number(second) })
    : (number) => planned(Number(seed), number, first === 'stalls'),
  'data-api.journal',
);
await api.listen(Number(port));
process.stderr.write(`${JSON.stringify({ level: 'INFO', msg: 'answers queries' })}\n`);
