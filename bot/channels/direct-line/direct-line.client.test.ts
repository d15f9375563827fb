import { directLineContract } from "./direct-line.contract.ts";
import { SECRET_KEY, startBareHost } from "./fixtures/bare-host.ts";
import { MemoryInbox } from "./fixtures/memory-inbox.ts";

const kept = new Map<number, MemoryInbox>();

directLineContract("the channel alone", {
  secretKey: SECRET_KEY,
  async start(port) {
    const inbox = kept.get(port) ?? new MemoryInbox();
    if (port !== 0) kept.set(port, inbox);
    return await startBareHost({ port, inbox });
  },
});
