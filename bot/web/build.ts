/**
 * Builds the pages into `dist/`, when they are out of date: `node bot/web/build.ts [--if-stale]`.
 * `dist/.built` holds a hash of everything the result is made of.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const WEB = dirname(fileURLToPath(import.meta.url));
const DIST = join(WEB, "dist");

export interface BuildOptions {
  /** Where to; for tests. */
  readonly outDir?: string;
}

/** Whether `dist/` was made of other sources, or of another version of Preact or Vite, than stand here now. */
export function isStale(): boolean {
  const built = join(DIST, ".built");
  return !existsSync(built) || readFileSync(built, "utf8") !== sourceHash();
}

/** SHA-256 over path and content of every source, hex. */
function sourceHash(): string {
  const hash = createHash("sha256");
  for (const file of readdirSync(WEB, { recursive: true, encoding: "utf8" }).sort()) {
    if (file.startsWith(`dist${sep}`) || !/\.(?:tsx?|css|html|svg)$/u.test(file) || /\.test\.tsx?$/u.test(file)) continue;
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(WEB, file)))
      .update("\0");
  }
  const require = createRequire(import.meta.url);
  for (const name of ["preact", "vite"]) hash.update(readFileSync(require.resolve(`${name}/package.json`)));
  return hash.digest("hex");
}

/**
 * Builds shop, desk and widget. The old pages stay in place until the new ones are whole.
 * @param progress hears what is going on, a few words at a time.
 * @throws what Vite throws, when a source does not compile.
 */
export async function build(progress: (words: string) => void = () => {}, { outDir = DIST }: BuildOptions = {}): Promise<void> {
  const hash = sourceHash();
  const fresh = `${outDir}.new-${process.pid}`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  // A test runner's "test" would make Vite build for development, with paths of this machine in the pages.
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = "production";
  try {
    const [vite, config] = await Promise.all([import("vite"), import("./vite.config.ts")]);
    progress("pages");
    await vite.build(config.pagesBuild(fresh));
    await rename(join(fresh, "shop/index.html"), join(fresh, "index.html"));
    await rename(join(fresh, "desk/desk.html"), join(fresh, "desk.html"));
    await Promise.all(["shop", "desk"].map((folder) => rm(join(fresh, folder), { recursive: true })));
    progress("chat");
    await vite.build(config.chatBuild(fresh));
    const chat = readdirSync(join(fresh, "assets")).find((file) => /^chat-.+\.js$/u.test(file));
    if (!chat) throw new Error("the chat was not built");
    progress("launcher");
    await vite.build(config.launcherBuild(fresh, `/assets/${chat}`));
    await compress(fresh);
    await writeFile(join(fresh, ".built"), hash);
    await rm(outDir, { recursive: true, force: true });
    await rename(fresh, outDir);
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
    await rm(fresh, { recursive: true, force: true });
  }
}

/** A `.br` and a `.gz` beside every file, so that nothing is compressed while somebody waits. */
async function compress(folder: string): Promise<void> {
  const [toBrotli, toGzip] = [promisify(brotliCompress), promisify(gzip)];
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => /\.(?:js|css|html|svg)$/u.test(file));
  await Promise.all(
    files.map(async (file) => {
      const path = join(folder, file);
      const bytes = await readFile(path);
      const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
      await Promise.all([
        writeFile(`${path}.br`, await toBrotli(bytes, options)),
        writeFile(`${path}.gz`, await toGzip(bytes, { level: 9 })),
      ]);
    }),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes("--if-stale") && !isStale()) process.exit(0);
  const started = performance.now();
  await build();
  process.stdout.write(`pages built into ${relative(process.cwd(), DIST)} in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
}
