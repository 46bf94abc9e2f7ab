import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { smallPng } from './small-png.mjs';

/** Takes pictures of pages, in Chromium. */
export class Camera {
  static async open(folder) {
    const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    return new Camera(folder, browser);
  }

  /** @param folder that pictures lie in */
  constructor(folder, browser) {
    this.folder = folder;
    this.browser = browser;
  }

  /** @returns a page at an address */
  async look(url, { width, height }) {
    const page = await this.browser.newPage({
      viewport: { width, height },
      deviceScaleFactor: 1.5,
      colorScheme: 'light',
    });
    await page.goto(url);
    return page;
  }

  /** @param path of an object in a file, which is drawn */
  async takeFile(name, broker, file, path) {
    const address = `${broker}/#/files?${new URLSearchParams({ file, path })}`;
    const page = await this.look(address, { width: 1180, height: 620 });
    await page.locator('canvas[data-engine]').first().waitFor();
    await page.waitForTimeout(3000);
    await this.takePanel(name, page);
  }

  /** What lies over the page, without the page. */
  takePanel(name, page) {
    return this.take(name, page, page.getByRole('complementary'));
  }

  /** @param shown the page, or what of it is to be seen */
  async take(name, page, shown = page) {
    this.keep(name, await smallPng(page, await shown.screenshot()));
    await page.close();
  }

  /** A picture that is there already, smaller. @param png bytes */
  async takeOver(name, png) {
    const page = await this.browser.newPage();
    this.keep(name, await smallPng(page, png));
    await page.close();
  }

  keep(name, bytes) {
    writeFileSync(join(this.folder, name), bytes);
    console.log(`docs/${name}  ${Math.ceil(bytes.length / 1024)} KB`);
  }

  close() {
    return this.browser.close();
  }
}
