import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { isRunning, thisProcess } from '../../filesystem/process-identity.js';

/** A process that has temporary files, as it can be told from those of other hosts and containers. */
export interface FileOwner {
  readonly host: string;
  /** Tells hosts of one name apart; this and what follows is empty where the system does not tell. */
  readonly machine: string;
  readonly boot: string;
  /** Process ids mean something within one of these. */
  readonly pid_namespace: string;
  readonly pid: number;
  readonly start_time: string;
}

/** The running process. */
export function thisOwner(): FileOwner {
  const { pid, startTime } = thisProcess();
  return {
    host: hostname(),
    machine: orNothing(() => readFileSync('/etc/machine-id', 'utf8').trim()),
    boot: orNothing(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    pid_namespace: orNothing(() => readlinkSync('/proc/self/ns/pid')),
    pid,
    start_time: startTime,
  };
}

/** Tells owners apart in names of files. */
export function ownerKey(owner: FileOwner): string {
  return createHash('sha256').update(JSON.stringify(owner)).digest('hex').slice(0, 16);
}

/**
 * Whether a process runs, as another one sees it.
 *
 * @returns undefined where that can't be seen from there: on another host, in another container
 */
export function runs(owner: FileOwner, seenBy: FileOwner): boolean | undefined {
  if (owner.host !== seenBy.host || owner.machine !== seenBy.machine) return undefined;
  if (owner.boot !== seenBy.boot) return false;
  if (owner.pid_namespace !== seenBy.pid_namespace) return undefined;
  return isRunning({ pid: owner.pid, startTime: owner.start_time });
}

/** The owner in an entry; undefined where it is incomplete. */
export function ownerFrom(said: unknown): FileOwner | undefined {
  if (typeof said !== 'object' || said === null) return undefined;
  const { host, machine, boot, pid_namespace, pid, start_time } = said as Record<string, unknown>;
  const texts = [host, machine, boot, pid_namespace, start_time];
  const isWhole = texts.every((text) => typeof text === 'string') && Number.isSafeInteger(pid);
  return isWhole ? (said as FileOwner) : undefined;
}

function orNothing(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
