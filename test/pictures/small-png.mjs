import { crc32, deflateSync } from 'node:zlib';

const COLOURS = 256;
/** To red, green and blue. */
const SHIFTS = [16, 8, 0];
const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/**
 * The same picture with at most 256 colours: of a page's screenshot nobody sees the difference, and it is a third
 * of the size. The browser reads it.
 *
 * @param page any page of a browser
 * @param png bytes of a PNG
 */
export async function smallPng(page, png) {
  const { width, height, pixels } = await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes]));
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext('2d');
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    let text = '';
    for (let at = 0; at < data.length; at += 30_000) {
      text += String.fromCharCode(...data.subarray(at, at + 30_000));
    }
    return { width, height, pixels: btoa(text) };
  }, png.toString('base64'));
  return encoded(width, height, Buffer.from(pixels, 'base64'));
}

/** @param pixels red, green, blue, alpha of each */
function encoded(width, height, pixels) {
  const counts = new Map();
  for (let at = 0; at < pixels.length; at += 4) {
    const colour = pixels.readUIntBE(at, 3);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const palette = paletteOf(counts);
  const places = new Map(palette.map((colour, place) => [colour, place]));
  // Each line begins with its filter: none.
  const lines = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const colour = pixels.readUIntBE((y * width + x) * 4, 3);
      let place = places.get(colour);
      if (place === undefined) places.set(colour, (place = nearest(palette, colour)));
      lines[y * (width + 1) + 1 + x] = place;
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  // Eight bits a pixel, which are places in the palette.
  head.set([8, 3], 8);
  const colours = Buffer.alloc(palette.length * 3);
  palette.forEach((colour, place) => colours.writeUIntBE(colour, place * 3, 3));
  const chunks = [
    chunk('IHDR', head),
    chunk('PLTE', colours),
    chunk('IDAT', deflateSync(lines, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([SIGNATURE, ...chunks]);
}

/**
 * The most frequent colours of as many boxes: all colours are halved, where they differ most and have many pixels,
 * again and again. So an image in a page has its share, however few of its pixels have the same colour.
 *
 * @param counts of pixels by colour
 */
function paletteOf(counts) {
  const boxes = [boxOf([...counts.keys()], counts)];
  while (boxes.length < COLOURS) {
    boxes.sort((one, other) => one.weight - other.weight);
    const { colours, shift, middle, weight } = boxes.pop();
    if (weight === 0) return [...counts.keys()];
    for (const isAbove of [true, false]) {
      const half = colours.filter((colour) => partOf(colour, shift) > middle === isAbove);
      boxes.push(boxOf(half, counts));
    }
  }
  return boxes.map(({ colours }) =>
    colours.reduce((best, colour) => (counts.get(colour) > counts.get(best) ? colour : best)),
  );
}

/** Colours, with the one of red, green and blue by which they differ most. */
function boxOf(colours, counts) {
  const [widest] = SHIFTS.map((shift) => {
    const parts = colours.map((colour) => partOf(colour, shift));
    const least = parts.reduce((one, other) => Math.min(one, other));
    const most = parts.reduce((one, other) => Math.max(one, other));
    return { shift, extent: most - least, middle: (least + most) / 2 };
  }).sort((one, other) => other.extent - one.extent);
  const pixels = colours.reduce((sum, colour) => sum + counts.get(colour), 0);
  // The power was chosen by eye: letters and gradients both look as before.
  return { colours, ...widest, weight: widest.extent * pixels ** 0.3 };
}

/** Red, green or blue of a colour. */
function partOf(colour, shift) {
  return (colour >> shift) & 255;
}

function nearest(palette, colour) {
  const distances = palette.map((other) =>
    SHIFTS.reduce((sum, shift) => sum + (partOf(colour, shift) - partOf(other, shift)) ** 2, 0),
  );
  return distances.indexOf(Math.min(...distances));
}

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
