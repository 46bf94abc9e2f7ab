// Makes the pictures of docs/ anew, all or those of one place: `npm run pictures`, `npm run pictures -- laboratory`.
// Needs a build, Chromium and util-linux' script, and for the laboratory Debian's python3 and python3-silx. Takes four
// minutes.
import { fileURLToPath } from 'node:url';
import { beamline } from './beamline.mjs';
import { Camera } from './camera.mjs';
import { laboratory } from './laboratory.mjs';
import { Services } from './services.mjs';

const PLACES = { beamline, laboratory };

const names = process.argv.slice(2);
for (const name of names) {
  if (!Object.hasOwn(PLACES, name)) {
    throw new Error(`no such place: ${name}. There are: ${Object.keys(PLACES).join(', ')}`);
  }
}
const camera = await Camera.open(fileURLToPath(new URL('../../docs/', import.meta.url)));
try {
  for (const name of names.length > 0 ? names : Object.keys(PLACES)) {
    const services = new Services(name);
    try {
      await PLACES[name](services, camera);
    } finally {
      await services.clear();
    }
  }
} finally {
  await camera.close();
}
