/**
 * A small platform of its own, on a real socket: what an operator's would answer at the platform port, with seeded customers.
 * The desk talks to it as it would to any other, through `accountPlatform`. Everything is kept in memory and begins anew at each start.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type Answer, answerFor, type DemoBooks, type DemoOrderChange, openBooks, problem } from "./demo-answers.ts";

/** What goes wrong on demand, for tests: `slow` answers late, `reset` cuts the connection without an answer. */
export type DemoFault = "slow" | "error" | "malformed" | "reset" | "not_found";

export interface DemoFaultOptions {
  /** How many of the next calls it hits. Default 1. */
  readonly times?: number;
  /** How late a `slow` answer is. Milliseconds, default 10,000. */
  readonly delayMs?: number;
  /** Only calls whose path contains this are hit or counted. */
  readonly path?: string;
}

export interface DemoPlatform {
  readonly url: string;
  /** Everything written to it so far, to look at. */
  readonly books: Pick<DemoBooks, "holds" | "refundRequests">;
  /** Calls answered or spoiled since the start, oldest first, e.g. `GET /customers/u1001`. */
  readonly calls: readonly string[];
  /** The next calls go wrong in this way; `"none"` ends it at once. */
  setFault(fault: DemoFault | "none", options?: DemoFaultOptions): void;
  /** The order is like that from now on, whatever the data say. */
  changeOrder(orderNo: string, change: DemoOrderChange): void;
  /** Lifts a customer's hold: it is reversible. @returns whether there was one. */
  lift(customerId: string): boolean;
  stop(): Promise<void>;
}

export interface DemoPlatformOptions {
  /** Default 0: any free port, on loopback only. */
  readonly port?: number;
  /** The Bearer key callers must send. */
  readonly key: string;
  /** Milliseconds since the epoch. */
  now(): number;
  /** What the times of the data are relative to. Default: now. */
  readonly startedAt?: number;
}

const MOST_BODY_BYTES = 64 * 1024;

/** @throws when the port is taken */
export async function startDemoPlatform(options: DemoPlatformOptions): Promise<DemoPlatform> {
  const books = openBooks(options.startedAt ?? options.now());
  const calls: string[] = [];
  const late = new Set<NodeJS.Timeout>();
  let fault: { kind: DemoFault; left: number; delayMs: number; path: string } | undefined;

  const takeFault = (path: string): { kind: DemoFault; delayMs: number } | undefined => {
    if (!fault || fault.left <= 0 || !path.includes(fault.path)) return undefined;
    fault.left -= 1;
    return fault;
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? "/";
    calls.push(`${request.method} ${path}`);
    const spoiled = takeFault(path);
    if (spoiled?.kind === "reset") {
      request.socket.resetAndDestroy();
      return;
    }
    const body = await readBody(request);
    const answer = body === undefined ? problem(413, "body_too_large", "The body is too large.") : answered(request, path, body);
    if (spoiled?.kind === "error") return send(response, problem(500, "internal", "Something broke."));
    if (spoiled?.kind === "not_found") return send(response, problem(404, "not_found", "There is no such thing."));
    if (spoiled?.kind === "malformed") {
      response.writeHead(200, { "content-type": "application/json" }).end('{"amount": 12.5, "items": [');
      return;
    }
    if (spoiled?.kind !== "slow") return send(response, answer);
    const timer = setTimeout(() => {
      late.delete(timer);
      send(response, answer);
    }, spoiled.delayMs);
    late.add(timer);
  };

  const answered = (request: IncomingMessage, path: string, body: string): Answer =>
    isAllowed(request.headers.authorization, options.key)
      ? answerFor(books, {
          method: request.method ?? "GET",
          path,
          body,
          idempotencyKey: single(request.headers["idempotency-key"]),
          now: options.now(),
        })
      : problem(401, "unauthorized", "No valid key came with the request.");

  const server = createServer((request, response) => {
    handle(request, response).catch(() => {
      if (!response.headersSent) send(response, problem(500, "internal", "Something broke."));
      else response.destroy();
    });
  });
  const port = await listen(server, options.port ?? 0);
  return {
    url: `http://127.0.0.1:${port}`,
    books,
    calls,
    setFault: (kind, { times = 1, delayMs = 10_000, path = "" } = {}) => {
      fault = kind === "none" ? undefined : { kind, left: times, delayMs, path };
    },
    changeOrder: (orderNo, change) => void books.changes.set(orderNo, { ...books.changes.get(orderNo), ...change }),
    lift: (customerId) => books.holds.delete(customerId),
    stop: async () => {
      for (const timer of late) clearTimeout(timer);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : port);
    });
  });
}

/** @returns undefined when it is too large */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    size += bytes.length;
    if (size <= MOST_BODY_BYTES) chunks.push(bytes);
  }
  return size > MOST_BODY_BYTES ? undefined : Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, { status, body }: Answer): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, {
      "content-type": status < 400 ? "application/json; charset=utf-8" : "application/problem+json; charset=utf-8",
      "content-length": Buffer.byteLength(text),
      "cache-control": "no-store",
      ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
    })
    .end(text);
}

/** Compared by digest, so that neither length nor content shows in the time it takes. */
function isAllowed(header: string | undefined, key: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(header ?? ""), digest(`Bearer ${key}`));
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
