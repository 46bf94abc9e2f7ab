import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ServiceManager } from './service-manager.js';
import { Logger } from '@nestjs/common';

let folder: string;
let program: string;
let manager: ServiceManager;

beforeEach(() => {
  Logger.overrideLogger(false);
  folder = mkdtempSync(join(tmpdir(), 'manager-'));
  program = join(folder, 'notify');
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Has the program note what it is told. @param before what it does first */
function prepare(before = ''): void {
  writeFileSync(program, `#!/bin/sh\n${before}\necho "$@" >> '${folder}/told'\n`);
  chmodSync(program, 0o755);
}

function told(): string[] {
  const file = join(folder, 'told');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

const within = { timeout: 5000 };

describe('what systemd is told', () => {
  it('is what changed, in the order of its changes', async () => {
    prepare();
    manager = new ServiceManager(process.env, undefined, program);
    manager.reloading();
    manager.reloaded();
    manager.ready(() => 'works\nhard');
    manager.ready(() => 'again');
    manager.reloading();
    manager.reloaded();
    manager.stopping();
    await vi.waitFor(
      () =>
        expect(told()).toEqual([
          'READY=1 STATUS=works hard',
          expect.stringMatching(/^RELOADING=1 MONOTONIC_USEC=\d+$/),
          'READY=1',
          'STOPPING=1 STATUS=shutting down',
        ]),
      within,
    );
  });

  it('are signs of life in half of the time that is granted, and a new status', async () => {
    prepare();
    let status = 'idle';
    manager = new ServiceManager(process.env, 0.2, program);
    manager.ready(() => status);
    await vi.waitFor(() => expect(told().length).toBeGreaterThan(2), within);
    expect(told().slice(0, 3)).toEqual([
      'READY=1 WATCHDOG=1 STATUS=idle',
      'WATCHDOG=1',
      'WATCHDOG=1',
    ]);
    status = 'busy';
    await vi.waitFor(() => expect(told()).toContain('WATCHDOG=1 STATUS=busy'), within);
    manager.stopping();
    await vi.waitFor(() => expect(told().at(-1)).toMatch(/^STOPPING/), within);
  });

  it('is tried again where it fails', async () => {
    prepare(`[ -e '${folder}/failed' ] || { touch '${folder}/failed'; exit 1; }`);
    manager = new ServiceManager(process.env, undefined, program);
    manager.ready(() => 'idle');
    await vi.waitFor(() => expect(told()).toEqual(['READY=1 STATUS=idle']), within);
    manager.stopping();
    await vi.waitFor(
      () => expect(told()).toEqual(['READY=1 STATUS=idle', 'STOPPING=1 STATUS=shutting down']),
      within,
    );
  });
});

describe('what systemd asks for', () => {
  it('is nothing without its socket', () => {
    expect(ServiceManager.of({ WATCHDOG_USEC: '1000000' })).toBeUndefined();
  });

  it.each([
    [{}, undefined],
    [{ WATCHDOG_USEC: '3000000' }, 3],
    [{ WATCHDOG_USEC: '3000000', WATCHDOG_PID: String(process.pid) }, 3],
    [{ WATCHDOG_USEC: '3000000', WATCHDOG_PID: '1' }, undefined],
    [{ WATCHDOG_USEC: 'x' }, undefined],
  ])('are signs of life of this process alone: %j', (asked, watchdog) => {
    expect(ServiceManager.of({ NOTIFY_SOCKET: '@x', ...asked })).toMatchObject({ watchdog });
  });
});
