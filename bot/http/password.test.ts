import { describe, expect, it } from "vitest";
import { hashPassword, verifyPassword } from "./password.ts";

describe("passwords", () => {
  it("fit their hash and no other; each hash has a salt of its own", async () => {
    const hash = await hashPassword("密码 Correct1");
    expect(hash).toMatch(/^scrypt\$32768\$8\$3\$/);
    expect(hash).not.toContain("Correct1");
    expect(await verifyPassword("密码 Correct1", hash)).toBe(true);
    expect(await verifyPassword("密码 correct1", hash)).toBe(false);
    expect(await hashPassword("密码 Correct1")).not.toBe(hash);
  });

  it("never fit a hash that cannot be read", async () => {
    for (const hash of ["", "plain", "scrypt$1$1$1$$", "scrypt$999999999$8$1$AAAA$AAAAAAAAAAAAAAAAAAAAAA", "bcrypt$1$2$3$4$5"]) {
      expect(await verifyPassword("", hash)).toBe(false);
    }
  });
});
