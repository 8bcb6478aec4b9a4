// Drives the laptop program's own page in Chromium for "bench app" and prints
// what it took as one JSON object. Its argument is the order, JSON, too.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { join } from 'node:path';

const order = JSON.parse(process.argv[2]);
const { chromium } = createRequire(join(order.modules, 'bench.cjs'))('playwright-core');

const browser = await chromium.launch({ executablePath: order.browser, args: ['--no-sandbox'] });
let laptop;
try {
  const page = await browser.newPage({ viewport: { width: 1366, height: 768 } });
  const start = await begin(page);
  const frames = await scroll(page);
  const opens = await open(page);
  const keys = await type(page);
  process.stdout.write(JSON.stringify({ start, opens, keys, ...frames }));
} finally {
  await browser.close();
  if (laptop) {
    laptop.kill('SIGINT');
    await new Promise((resolve) => laptop.once('exit', resolve));
  }
}

// begin starts the program and waits until the list of incoming documents shows rows.
async function begin(page) {
  const began = performance.now();
  laptop = spawn(order.program, ['--browser', '--quiet', '--data', order.data, '--listen', order.listen], { stdio: ['ignore', 'pipe', 'inherit'] });
  const link = await new Promise((resolve, reject) => {
    laptop.once('error', reject);
    laptop.once('exit', () => reject(new Error('the laptop program has ended')));
    createInterface({ input: laptop.stdout }).on('line', (line) => {
      const at = line.indexOf('http://');
      if (at >= 0) resolve(line.slice(at));
    });
  });
  const inbox = new URL(link);
  inbox.pathname = '/van-ban-den';
  inbox.searchParams.set('nhom', 'all');
  await page.goto(inbox.href, { waitUntil: 'commit' });
  await page.locator('[role=grid] [role=row][aria-rowindex="2"]').waitFor();
  return performance.now() - began;
}

// scroll first brings all rows into the list, as somebody does who presses End
// until nothing more comes, then rolls the wheel through the middle of it for
// some seconds and notes each frame and what the main thread did for it.
async function scroll(page) {
  const grid = page.locator('[role=grid]').first();
  await grid.focus();
  let rows = 0;
  for (let still = 0; still < 240;) {
    await page.keyboard.press('End');
    const now = Number(await grid.getAttribute('aria-rowcount')) - 1;
    const active = Number(await grid.locator('[role=row][aria-selected=true]').first().getAttribute('aria-rowindex').catch(() => 0)) - 1;
    still = active === rows && now >= rows ? still + 1 : 0;
    rows = Math.max(rows, active);
    await page.waitForTimeout(25);
  }
  const box = await grid.boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' }); // what it works, not what it waits for its turn
  const busy = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * metrics.find((m) => m.name === 'TaskDuration').value;
  };
  await page.evaluate(() => {
    const times = [];
    globalThis.benchFrames = times;
    const tick = (at) => {
      times.push(at);
      globalThis.benchNext = requestAnimationFrame(tick);
    };
    globalThis.benchNext = requestAnimationFrame(tick);
  });
  const work = [];
  for (let second = 0; second < 8; second++) {
    const [before, had] = [await busy(), await page.evaluate(() => globalThis.benchFrames.length)];
    const until = performance.now() + 1000;
    while (performance.now() < until) {
      await page.mouse.wheel(0, -120);
      await page.waitForTimeout(16);
    }
    const [after, has] = [await busy(), await page.evaluate(() => globalThis.benchFrames.length)];
    if (has > had) work.push((after - before) / (has - had));
  }
  const frames = await page.evaluate(() => {
    cancelAnimationFrame(globalThis.benchNext);
    return globalThis.benchFrames.map((at, i, all) => at - (all[i - 1] ?? at)).slice(1);
  });
  await session.detach();
  return { frames, work, rows };
}

// open opens documents from the list with Enter and goes back.
async function open(page) {
  const opens = [];
  const grid = page.locator('[role=grid]').first();
  await grid.focus();
  await page.keyboard.press('Home');
  for (let i = 0; i < 30; i++) {
    await grid.focus();
    await page.keyboard.press('ArrowDown');
    const began = performance.now();
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => !document.querySelector('[role=grid]') && document.querySelector('h1, h2') && !document.querySelector('[aria-busy=true]'), undefined, { polling: 'raf' });
    opens.push(performance.now() - began);
    await page.goBack();
    await grid.waitFor();
  }
  return opens;
}

// type types searches, letter by letter, and waits for the answer to each.
async function type(page) {
  const keys = [];
  const field = page.locator('header search input');
  for (const text of order.texts) {
    await field.fill('');
    await field.focus();
    for (const letter of text) {
      const answered = page.waitForResponse((response) => response.url().includes('/api/search'), { timeout: 2000 }).catch(() => undefined);
      const began = performance.now();
      await page.keyboard.type(letter);
      if (letter === ' ' || !(await answered)) continue; // a space asks nothing new
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
      keys.push(performance.now() - began);
    }
  }
  return keys;
}
