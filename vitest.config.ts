import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    globalSetup: "test/temporary-folder.ts",
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "web/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    deps: { interopDefault: false },
    pool: "forks",
    maxWorkers: 2,
  },
})
