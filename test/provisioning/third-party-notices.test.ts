import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { thirdPartyNotices } from '../../provisioning/third-party-notices.ts';

test('the third-party notices are those of the lock file (npm run notices)', () => {
  expect(thirdPartyNotices(process.cwd())).toBe(readFileSync('docs/THIRD-PARTY-NOTICES.md', 'utf8'));
});
