import type { DiskSpace, DiskState, WatchedFolder } from './disk-space.js';
import type { Finding } from './health.js';

const GB = 1e9;

/** Less than this is left: nothing of use can be written. A hundredth of small disks. */
const full = (size: number) => Math.min(size / 100, 1 * GB);
/** Less than this is left: somebody should make room. A tenth of small disks. */
const nearlyFull = (size: number) => Math.min(size / 10, 50 * GB);

/** How full the disks are. Folders that do not exist (yet) are a warning. */
export async function diskHealth(disks: DiskSpace): Promise<Finding> {
  const judged = (await disks.look()).map((folder) => ({ ...folder, ...judge(folder) }));
  const statuses = judged.map(({ status }) => status);
  const status = statuses.includes('down')
    ? 'down'
    : statuses.includes('degraded')
      ? 'degraded'
      : 'up';
  return { status, folders: judged };
}

function judge(folder: WatchedFolder & DiskState): Finding {
  if ('problem' in folder) {
    const status = folder.problem === 'absent' ? 'degraded' : 'down';
    return { status, message: `${folder.path} is ${PROBLEMS[folder.problem]}` };
  }
  const { path, free, size } = folder;
  if (free < full(size)) return { status: 'down', message: `the disk of ${path} is full` };
  if (free < nearlyFull(size)) {
    return { status: 'degraded', message: `the disk of ${path} is nearly full` };
  }
  return { status: 'up' };
}

const PROBLEMS = {
  absent: 'missing',
  'no answer': 'on a disk that does not answer',
  'not readable': 'not readable',
} as const;
