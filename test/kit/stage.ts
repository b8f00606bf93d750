import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { launchBrowser, openContext } from './browser.ts';
import { type Platform, startPlatform } from './platform.ts';

export type Stage = {
  readonly platform: Platform;
  /** Of the people who share a browser: its pages share a session. */
  readonly context: BrowserContext;
  /** The first page of `context`. */
  readonly page: Page;
  /** A browser of somebody else. */
  openContext(): Promise<BrowserContext>;
};

/** For every click and every look: machines that run tests are busy, and a page that fails says so itself. */
const patience = 180_000;

/** A browser before a platform of its own, for the tests of a file: up before them, gone after them. */
export function raiseStage({ demo }: { readonly demo: boolean }): Stage {
  let browser: Browser | undefined;
  let platform: Platform | undefined;
  let own: { readonly context: BrowserContext; readonly page: Page } | undefined;
  const there = <Part>(part: Part | undefined): Part => {
    if (part === undefined) throw new Error('The stage is up in tests and in hooks that follow it');
    return part;
  };
  const open = async () => {
    const context = await openContext(there(browser), there(platform).url);
    context.setDefaultTimeout(patience);
    return context;
  };
  beforeAll(async () => {
    // The browser first: a platform that came up beside a browser that did not would be left running.
    browser = await launchBrowser(patience);
    platform = await startPlatform({ demo });
    const context = await open();
    own = { context, page: await context.newPage() };
  });
  afterAll(async () => {
    await browser?.close();
    await platform?.stop();
  });
  return {
    get platform() {
      return there(platform);
    },
    get context() {
      return there(own).context;
    },
    get page() {
      return there(own).page;
    },
    openContext: open,
  };
}
