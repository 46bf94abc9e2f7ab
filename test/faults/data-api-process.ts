import { FaultyDataApi } from './faulty-data-api.js';

const [port, seed, stalls] = process.argv.slice(2);
const api = new FaultyDataApi(Number(seed), stalls === 'stalls', 'data-api.journal');
await api.listen(Number(port));
process.stderr.write(`${JSON.stringify({ level: 'INFO', msg: 'answers queries' })}\n`);
