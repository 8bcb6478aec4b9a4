import type { Reporter, TestCase, TestResult } from '@playwright/test/reporter';
import { stripVTControlCharacters } from 'node:util';

const longest = 400;

/** Says at the very end, in a few words each, why tests failed: logs are often read, or kept, from their end only. */
export default class LastWords implements Reporter {
  private readonly failures: string[] = [];

  onTestEnd(test: TestCase, result: TestResult): void {
    if (result.status === test.expectedStatus || result.status === 'skipped') return;
    const why = result.errors.map((error) => stripVTControlCharacters(error.message ?? error.value ?? '')).join(' | ') || result.status;
    this.failures.push(`✗ ${test.title}: ${why.replaceAll(/\s+/g, ' ').slice(0, longest)}`);
  }

  onEnd(): void {
    for (const failure of this.failures) process.stdout.write(`${failure}\n`);
  }

  printsToStdio(): boolean {
    return false; // beside the list, not instead of it
  }
}
