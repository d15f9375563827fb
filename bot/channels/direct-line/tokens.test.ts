import { SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { createTokens, TOKEN_LIFE } from "./tokens.ts";

const KEY = new TextEncoder().encode("a key that is thirty-two bytes at least");

describe("tokens", () => {
  const start = Date.UTC(2026, 10, 20, 12);
  let now = start;
  const tokens = createTokens(KEY, { now: () => now }, { next: (kind) => `${kind}_1`, random: () => 0 });

  it("a token that was checked before ends at its time all the same, and grace goes by each question", async () => {
    now = start;
    const token = await tokens.issue("conversation", "conv_1", "dl_1");
    const claims = { conversationId: "conv_1", userId: "dl_1", tokenId: "token_1" };
    expect(await tokens.verify(token, "conversation")).toEqual(claims);
    now = start + (TOKEN_LIFE.conversation - 1) * 1000;
    expect(await tokens.verify(token, "conversation")).toEqual(claims);
    now = start + TOKEN_LIFE.conversation * 1000;
    await expect(tokens.verify(token, "conversation")).rejects.toMatchObject({ code: "token_expired" });
    expect(await tokens.verify(token, "conversation", 60)).toEqual(claims);
    await expect(tokens.verify(token, "conversation")).rejects.toMatchObject({ code: "token_expired" });
  });

  it("one kind that was checked does not pass for another, nor a forged one for it", async () => {
    now = start;
    const token = await tokens.issue("conversation", "conv_1", "dl_1");
    await tokens.verify(token, "conversation");
    await expect(tokens.verify(token, "stream")).rejects.toMatchObject({ code: "unauthorized" });
    const forged = await new SignJWT({ conv: "conv_1", user: "dl_1" })
      .setProtectedHeader({ alg: "HS256" })
      .setAudience("jietong:conversation")
      .setJti("token_1")
      .setExpirationTime(now / 1000 + 60)
      .sign(new TextEncoder().encode("another key of thirty-two bytes at least"));
    await expect(tokens.verify(forged, "conversation")).rejects.toMatchObject({ code: "unauthorized" });
  });
});
