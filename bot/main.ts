/** `npm start`: start, print where everything is, drain on SIGTERM. Exit codes: 0 stopped as asked, 1 could not start, 2 wrong configuration. */
import { spawn } from "node:child_process";
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { ConfigFault, readConfig } from "./config.ts";

const started = performance.now();
const seconds = (): string => `${((performance.now() - started) / 1000).toFixed(1)} s`;
const progress = (sentence: string): void => {
  console.log(`  ${seconds().padStart(6)}  ${sentence}`);
};

async function main(): Promise<void> {
  const config = readConfig(process.env);
  console.log("Jietong 接通");
  // Types stripped and code compiled once for each state of the sources: half a second of every later start.
  enableCompileCache(join(config.dataDir, "compiled"));
  const { openUnderstanding } = await import("./open-understanding.ts");
  const recogniser = openUnderstanding(config.dataDir, progress);
  // Whoever waits for it hears of a failure; until then it is nobody's.
  recogniser.catch(() => undefined);
  const pagesReady = buildPages();
  const { openDesk } = await import("./wire.ts");
  const desk = await openDesk(config, { onProgress: progress, pagesReady, recogniser, followCatalogue: true });
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) process.exit(1);
    stopping = true;
    console.log(`\n  ${signal}: answering what is under way, then closing`);
    desk.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => stop(signal));
  console.log(`
  ready in ${seconds()}

  shop with the chat   ${desk.url}/
  agents' desk         ${desk.url}/desk
  API                  ${desk.url}/api/docs
  data                 ${config.dataDir}${desk.demo ? "\n  platform             demo (sample customers and orders)" : ""}${
    desk.secrets.isFirst
      ? `\n\n  first supervisor     user admin, password ${desk.secrets.adminPassword}\n                       (kept in ${config.dataDir}/secrets.json, with the API key)`
      : ""
  }
`);
}

/** The pages are built only when their sources changed, by a process of its own beside everything else: Vite stays out of the desk's memory. */
async function buildPages(): Promise<void> {
  const { isStale } = await import("./web/build.ts");
  if (!isStale()) return;
  progress("building the pages");
  const builder = spawn(process.execPath, [join(import.meta.dirname, "web/build.ts")], { stdio: ["ignore", "ignore", "inherit"] });
  const code = await new Promise<number | null>((resolve, reject) => builder.once("exit", resolve).once("error", reject));
  if (code !== 0) throw new Error("The pages could not be built; the lines above say why.");
  progress("pages built");
}

main().catch((error: unknown) => {
  if (error instanceof ConfigFault) {
    console.error(`The configuration is wrong:\n${error.faults.map((fault) => `  ${fault}`).join("\n")}`);
    process.exit(2);
  }
  console.error(error instanceof Error && error.name !== "Error" ? `${error.message}` : error);
  process.exit(1);
});
