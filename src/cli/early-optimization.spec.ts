import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { earlyOptimization } from './early-optimization.js';

describe('early optimization', () => {
  it('is by a flag that the engine has', () => {
    const known = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' });
    const [flag] = earlyOptimization(process.versions.v8).split('=');
    expect(known).toContain(`${flag} (`);
  });

  it.each([
    ['11.3.244.8-node.38', '--interrupt-budget=30000'],
    ['12.4.254.21-node.57', '--invocation-count-for-turbofan=750'],
    ['13.6.233.17-node.53', '--invocation-count-for-turbofan=750'],
  ])('of the engine %s is %s', (version, flag) => {
    expect(earlyOptimization(version)).toBe(flag);
  });
});
