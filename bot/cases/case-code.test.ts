import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newCaseCode, readCaseCode } from "./case-code.ts";

const codes = fc.nat({ max: 8_999_999 }).map((value) => newCaseCode(() => value));

describe("case code", () => {
  it("has eight digits and is read back as keyed", () => {
    fc.assert(
      fc.property(codes, (code) => {
        expect(code).toMatch(/^[1-9]\d{7}$/);
        expect(readCaseCode(`${code.slice(0, 4)} ${code.slice(4)}`)).toBe(code);
      }),
    );
    expect(readCaseCode("１２３")).toBeUndefined();
  });

  it("refuses every single wrong digit", () => {
    fc.assert(
      fc.property(codes, fc.nat({ max: 7 }), fc.integer({ min: 1, max: 9 }), (code, place, shift) => {
        const wrong = code.slice(0, place) + String((Number(code[place]) + shift) % 10) + code.slice(place + 1);
        expect(readCaseCode(wrong)).toBeUndefined();
      }),
    );
  });

  it("refuses every swap of neighbours", () => {
    fc.assert(
      fc.property(codes, fc.nat({ max: 6 }), (code, place) => {
        const [a = "", b = ""] = [code[place], code[place + 1]];
        fc.pre(a !== b);
        expect(readCaseCode(code.slice(0, place) + b + a + code.slice(place + 2))).toBeUndefined();
      }),
    );
  });
});
