import { describe, expect, it } from "vitest";
import { ERRORS, type ErrorCode, Problem } from "./errors.ts";

const codes = Object.keys(ERRORS) as ErrorCode[];

describe.each(codes)("%s", (code) => {
  it("has a name, a status of an error, a sentence, and what to do", () => {
    const { status, title, remedy } = ERRORS[code];
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/u);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    expect(title).toMatch(/^[A-Z].{8,}\.$/u);
    expect(remedy).toMatch(/^[A-Z`].{8,}\.$/u);
    expect(remedy).not.toBe(title);
  });

  it("is told as RFC 9457 has it", () => {
    const body = JSON.parse(JSON.stringify(new Problem(code)));
    const { status, title, remedy } = ERRORS[code];
    expect(body).toEqual({ type: `/api/docs#error-${code}`, title, status, code, remedy });
  });
});

it("adds the detail and the fields when there are any", () => {
  const problem = new Problem("bad_request", "Two fields.", [{ field: "text", message: "is missing" }]);
  expect(problem).toBeInstanceOf(Error);
  expect(problem.message).toBe("Two fields.");
  expect(problem.toJSON()).toMatchObject({
    code: "bad_request",
    detail: "Two fields.",
    errors: [{ field: "text", message: "is missing" }],
  });
  expect(new Problem("not_found").message).toBe(ERRORS.not_found.title);
});
