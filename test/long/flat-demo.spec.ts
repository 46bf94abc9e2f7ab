import { expect, it } from 'vitest';
import { Beamline } from '../support/beamline.js';
import { demoOf, expectWhole } from '../support/demo.js';

it('demo --run makes, checks and compares a scan in the flat layout', async () => {
  const beamline = await Beamline.prepare();
  try {
    const demo = await demoOf(beamline, 'flat');
    expect(demo).toMatch(/^pdemo\/raw\/\n {2}run_000001\.BSREAD\.h5\n/m);
    expectWhole(demo, 3);
  } finally {
    await beamline.clear();
  }
});
