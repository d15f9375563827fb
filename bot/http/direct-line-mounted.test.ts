import { directLineContract } from "../channels/direct-line/direct-line.contract.ts";
import { MemoryInbox } from "../channels/direct-line/fixtures/memory-inbox.ts";
import { SECRET, startDeskHost } from "./fixtures/desk-host.ts";

const kept = new Map<number, MemoryInbox>();

directLineContract("mounted in the server with its guards", {
  secretKey: SECRET,
  async start(port) {
    const inbox = kept.get(port) ?? new MemoryInbox();
    if (port !== 0) kept.set(port, inbox);
    return await startDeskHost({ port, inbox, realTime: true });
  },
});
