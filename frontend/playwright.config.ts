import { defineConfig } from '@playwright/test';

// Chromium comes from the system: the one people have, and nothing to download.
export const chromiumArgs = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--disable-renderer-backgrounding', '--disable-background-timer-throttling', '--disable-backgrounding-occluded-windows', '--mute-audio',
];

/** Screens with prepared answers; the others are stories, on real processes. */
const screens = /\/(gallery|leaving|machine|rows|screens[\w-]*)\.spec\.ts$/;

/** Stories in which three browsers draw and send pictures: they need the machine to themselves. */
const conferences = /\/story-conference[\w-]*\.spec\.ts$/;

export default defineConfig({
  testDir: 'e2e',
  outputDir: process.env.E2E_OUTPUT ?? 'test-results',
  fullyParallel: false,
  // A story waits for its processes much of the time, and screens can be drawn meanwhile.
  workers: 2,
  projects: [
    { name: 'stories', testIgnore: [screens, conferences], workers: 1 }, // one province
    { name: 'conferences', testMatch: conferences, workers: 1, timeout: 600_000 },
    { name: 'screens', testMatch: screens },
  ],
  // A second try tells a fault of the product from a busy machine; what needed one is named at the end.
  retries: 1,
  timeout: 240_000,
  expect: { timeout: 20_000 },
  reporter: [['list'], ['./e2e/kit/last-words.ts']],
  globalSetup: './e2e/kit/build-gallery.ts',
  use: {
    browserName: 'chromium',
    viewport: { width: 1366, height: 768 },
    locale: 'vi-VN',
    timezoneId: 'Asia/Ho_Chi_Minh',
    actionTimeout: 20_000,
    screenshot: 'only-on-failure',
    trace: 'on-first-retry', // a quarter of the time, were it kept for all
    launchOptions: { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: chromiumArgs },
  },
});
