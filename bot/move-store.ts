/**
 * `DATABASE_URL=postgres://… npm run move-store`: from the embedded store in JIETONG_DATA_DIR into an empty PostgreSQL, with the desk stopped.
 * Exit codes: 0 moved, 1 refused or failed (nothing is written then), 2 wrong configuration.
 */
import { ConfigFault, readConfig } from "./config.ts";
import { moveEmbeddedStore } from "./wire.ts";

async function main(): Promise<void> {
  const config = readConfig(process.env);
  if (config.databaseUrl === undefined) throw new ConfigFault(["DATABASE_URL: name the empty database to move into"]);
  const moved = await moveEmbeddedStore(config, config.databaseUrl, ({ table, rows }) => {
    console.log(`  ${table.padEnd(20)} ${rows}`);
  });
  console.log(`
  moved ${moved.reduce((sum, { rows }) => sum + rows, 0)} rows in ${moved.length} tables; every checksum agrees.
  From now on start the desk with this DATABASE_URL and the same data folder (it keeps the keys). The old store is untouched in
  ${config.dataDir}/postgres; remove it when you are sure.
`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(error instanceof ConfigFault ? 2 : 1);
});
