import type { Reporter, TestCase, TestResult } from '@playwright/test/reporter';
import { stripVTControlCharacters } from 'node:util';

const longest = 400;

/** Says at the very end, in a few words each, why tests failed: logs are often read, or kept, from their end only. */
export default class LastWords implements Reporter {
  private readonly tried = new Map<TestCase, string>();

  onTestEnd(test: TestCase, result: TestResult): void {
    if (result.status === test.expectedStatus || result.status === 'skipped') return;
    const why = result.errors.map((error) => stripVTControlCharacters(error.message ?? error.value ?? '')).join(' | ') || result.status;
    this.tried.set(test, `${test.title}: ${why.replaceAll(/\s+/g, ' ').slice(0, longest)}`);
  }

  onEnd(): void {
    for (const [test, failure] of this.tried) process.stdout.write(`${test.ok() ? '⚠ lần hai mới được (passed at the second try)' : '✗'} ${failure}\n`);
  }

  printsToStdio(): boolean {
    return false; // beside the list, not instead of it
  }
}
