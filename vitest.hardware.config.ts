import { defineConfig } from 'vitest/config';

/** The tests on the emulated Pi: one at a time, since each keeps both cores busy. */
export default defineConfig({
  test: {
    include: ['test/hardware/**/*.hardware.ts'],
    globalSetup: ['test/hardware/emulated-pi/ensure-built.ts'],
    fileParallelism: false,
    disableConsoleIntercept: true,
  },
});
