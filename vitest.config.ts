import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{bot,intents,knowledge,eval}/**/*.test.ts", "{bot,intents,knowledge,eval}/**/*.test.tsx"],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Two cores: a database, a browser and the tests share them.
    maxWorkers: 2,
    reporters: process.env.CI ? ["default", "json"] : ["default"],
    outputFile: { json: "node_modules/.cache/vitest.json" },
  },
});
