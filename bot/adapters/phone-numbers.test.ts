import { expect, it } from "vitest";
import { phoneNumbers } from "./phone-numbers.ts";

it.each([
  ["138 0000 1001", "+8613800001001"],
  ["+86 138-0000-1001", "+8613800001001"],
  ["+65 8000 1002", "+6580001002"],
  ["0065 8000 1002", "+6580001002"],
  ["110", undefined],
  ["12315", undefined],
  ["12", undefined],
  ["+999 12345678", undefined],
  ["1380000100112345", undefined],
  ["hello", undefined],
])("%s: %s", (text, number) => {
  expect(phoneNumbers().read(text)).toBe(number);
});

it("takes bare numbers as those of the country it is given", () => {
  expect(phoneNumbers("SG").read("8000 1002")).toBe("+6580001002");
});
