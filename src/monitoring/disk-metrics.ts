import type { DiskSpace } from './disk-space.js';
import type { Metrics } from './metrics.js';

const labels = ['use', 'path'];

/** Free space on the disks of the folders that a service needs, without those that do not exist. */
export function addDiskMetrics(metrics: Metrics, disks: DiskSpace): void {
  const read = (bytes: 'free' | 'size') => async () => {
    const found = await disks.look();
    return found.flatMap((disk) =>
      'problem' in disk ? [] : [[{ use: disk.use, path: disk.path }, disk[bytes]] as const],
    );
  };
  metrics.gauge(
    {
      name: 'disk_free_bytes',
      help: 'Free space on the disk of a folder, for users without privileges.',
      labels,
    },
    read('free'),
  );
  metrics.gauge(
    { name: 'disk_size_bytes', help: 'Size of the disk of a folder.', labels },
    read('size'),
  );
}
