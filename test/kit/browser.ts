import { mkdirSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** `npm test` finds a Chromium and names it. */
export function launchBrowser(timeout: number): Promise<Browser> {
  const executablePath = process.env.ZEROPOINT_CHROMIUM;
  if (!executablePath) throw new Error('No Chromium is named; run the browser tests with npm test -- --project e2e');
  return chromium.launch({
    executablePath,
    timeout,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export function openContext(browser: Browser, baseURL: string): Promise<BrowserContext> {
  return browser.newContext({ baseURL, viewport: { width: 1280, height: 860 }, acceptDownloads: true });
}

const folder = 'test-results/screenshots';

/** Kept as files, so that a person can look at what the browser saw. */
export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}
