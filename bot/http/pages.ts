/** The pages as Vite built them: `/` the demo shop, `/desk`, `/widget.js`, and their assets. */
import { existsSync } from "node:fs";
import { basename, join, sep } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";
import type { Log } from "../ports/log.ts";

/** Address → file in the built folder. */
export const PAGES: Readonly<Record<string, string>> = { "/": "index.html", "/desk": "desk.html" };

/** A content hash before the ending, as Vite writes it: the file never changes under this name. */
const HASHED = /[-.][\w-]{8,}\.\w+$/;

/** Does nothing but say so when the folder is not there (tests, API-only nodes). */
export async function servePages(app: FastifyInstance, staticDir: string | undefined, log: Log): Promise<void> {
  if (staticDir === undefined || !existsSync(staticDir)) {
    log.warn({ folder: staticDir === undefined ? "none" : basename(staticDir) }, "no built pages: only the API is served");
    return;
  }
  await app.register(fastifyStatic, {
    root: staticDir,
    wildcard: false,
    index: false,
    cacheControl: false,
    etag: true,
    preCompressed: true,
    setHeaders(reply, path) {
      const hashed = path.includes(`${sep}assets${sep}`) && HASHED.test(path.replace(/\.(br|gz)$/, ""));
      reply.header(
        "cache-control",
        hashed ? "public, max-age=31536000, immutable" : /\.html(\.(br|gz))?$/.test(path) ? "no-cache" : "public, max-age=300",
      );
      // The widget's script and what it loads stand on the operator's pages.
      if (/\.html(\.(br|gz))?$/.test(path)) return;
      reply.header("cross-origin-resource-policy", "cross-origin").header("access-control-allow-origin", "*");
    },
  });
  for (const [address, file] of Object.entries(PAGES)) {
    if (existsSync(join(staticDir, file))) app.get(address, (_request, reply) => reply.sendFile(file));
    else log.warn({ address, file }, "this page is not built");
  }
}
