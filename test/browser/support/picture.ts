import type { Locator, Page } from 'playwright-core';

type Colour = readonly [red: number, green: number, blue: number];

/** Where an element shows about a colour, in px from its left and its top. */
export interface Drawn {
  readonly pixels: number;
  /** Columns that have at least one such pixel. */
  readonly columns: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** The middle of all these pixels. */
  readonly x: number;
  readonly y: number;
}

/**
 * Looks where an element shows a colour on the screen.
 *
 * @param tolerance by which red, green and blue together may differ from it
 */
export async function drawnIn(
  page: Page,
  element: Locator,
  colour: Colour,
  tolerance = 40,
): Promise<Drawn> {
  const png = await element.screenshot();
  // The browser decodes the picture, so that nothing else has to.
  return page.evaluate(
    async ({ base64, wanted, limit }) => {
      const { Image, document } = globalThis as unknown as Drawing;
      const image = new Image();
      image.src = `data:image/png;base64,${base64}`;
      await image.decode();
      const { width, height } = image;
      const context = Object.assign(document.createElement('canvas'), { width, height }).getContext(
        '2d',
      );
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, width, height);
      const columns = new Set<number>();
      const found = { pixels: 0, left: width, right: -1, top: height, bottom: -1 };
      let sumX = 0;
      let sumY = 0;
      for (let at = 0; at < data.length; at += 4) {
        const distance = wanted.reduce(
          (sum, value, channel) => sum + Math.abs(value - data[at + channel]),
          0,
        );
        if (distance > limit) continue;
        const x = (at / 4) % width;
        const y = Math.floor(at / 4 / width);
        columns.add(x);
        found.pixels += 1;
        found.left = Math.min(found.left, x);
        found.right = Math.max(found.right, x);
        found.top = Math.min(found.top, y);
        found.bottom = Math.max(found.bottom, y);
        sumX += x;
        sumY += y;
      }
      return { ...found, columns: columns.size, x: sumX / found.pixels, y: sumY / found.pixels };
    },
    { base64: png.toString('base64'), wanted: colour, limit: tolerance },
  );
}

/** What of the browser is used in it; these specs know no more of it. */
interface Drawing {
  readonly Image: new () => {
    src: string;
    readonly width: number;
    readonly height: number;
    decode(): Promise<void>;
  };
  readonly document: {
    createElement(name: 'canvas'): {
      getContext(kind: '2d'): {
        drawImage(image: unknown, x: number, y: number): void;
        getImageData(...box: number[]): { readonly data: Uint8ClampedArray };
      };
    };
  };
}
