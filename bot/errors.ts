/**
 * Every error the desk answers with: code, status, sentence, remedy. Codes are stable; other programs switch on them.
 * Sent as RFC 9457 `application/problem+json`: `{type, title, status, code, detail?, remedy}`.
 */
export const ERRORS = {
  bad_request: {
    status: 400,
    title: "The request does not fit the contract.",
    remedy: "Compare it with /api/docs; `errors` names each field.",
  },
  json_invalid: {
    status: 400,
    title: "The body is not valid JSON.",
    remedy: "Send one JSON object, UTF-8, with Content-Type application/json.",
  },
  unauthorized: {
    status: 401,
    title: "No valid key or token came with the request.",
    remedy: "Send `Authorization: Bearer <API key or desk token>`.",
  },
  identity_invalid: {
    status: 401,
    title: "The identity token is forged or has expired.",
    remedy: "Let the platform sign a new one, or leave it out for an anonymous customer.",
  },
  sign_in_failed: { status: 401, title: "User or password is wrong.", remedy: "Check both; after ten tries wait one minute." },
  token_expired: {
    status: 403,
    title: "The conversation token has expired or is not for this conversation.",
    remedy: "Refresh it in time, or open the conversation again.",
  },
  forbidden: { status: 403, title: "This key or user may not do that.", remedy: "Use a key or user with the role that is needed." },
  not_found: { status: 404, title: "There is nothing at this address.", remedy: "Check the address against /api/docs." },
  conversation_unknown: { status: 404, title: "There is no such conversation.", remedy: "Open a new one." },
  case_unknown: { status: 404, title: "There is no such case.", remedy: "Check the id or the case code." },
  entry_unknown: { status: 404, title: "There is no such queue entry.", remedy: "Check the id." },
  callback_unknown: { status: 404, title: "There is no such callback.", remedy: "Check the id." },
  incident_unknown: { status: 404, title: "There is no such incident.", remedy: "Check the id against GET /api/v1/incidents." },
  agent_unknown: { status: 404, title: "There is no such agent.", remedy: "Check the id against GET /api/v1/agents." },
  order_unknown: {
    status: 404,
    title: "The case's customer has no such order, or it has no keys.",
    remedy: "Reveal keys of the orders that stand in the case, once they are delivered.",
  },
  file_unknown: { status: 404, title: "There is no such file.", remedy: "Check the address." },
  method_not_allowed: { status: 405, title: "This address does not take that method.", remedy: "`Allow` names those it takes." },
  lease_lost: { status: 409, title: "The lease has lapsed or belongs to somebody else.", remedy: "Let go of the entry and claim again." },
  already_dialling: {
    status: 409,
    title: "Somebody dials this callback already.",
    remedy: "Leave it to him; it comes back when he says that it was missed, or when his dial lease lapses.",
  },
  phone_unknown: { status: 409, title: "There is no number to ring yet.", remedy: "Ask the customer in the conversation, then dial." },
  do_not_call: { status: 409, title: "This number is on the do-not-call list.", remedy: "Answer in writing." },
  no_slot: { status: 409, title: "No callback time is free in the days ahead.", remedy: "Leave out `at`, or answer in writing." },
  not_taken_over: {
    status: 409,
    title: "The bot answers in this conversation.",
    remedy: "Take it over first: POST /api/v1/conversations/{id}/takeover.",
  },
  taken_over: {
    status: 409,
    title: "Another agent answers in this conversation.",
    remedy: "Let him hand it back; a supervisor may take it from him.",
  },
  state_conflict: { status: 409, title: "The change does not fit the present state.", remedy: "Read it again and decide anew." },
  idempotency_mismatch: {
    status: 409,
    title: "This Idempotency-Key was used with another request.",
    remedy: "Use a fresh key for a new request.",
  },
  version_conflict: {
    status: 412,
    title: "Somebody changed it meanwhile.",
    remedy: "Read it again, then send the change with the new version in If-Match.",
  },
  message_too_long: { status: 413, title: "A message may have 4,000 characters at most.", remedy: "Send it in parts, or as a file." },
  body_too_large: { status: 413, title: "The body is too large.", remedy: "JSON up to 256 kB, a file up to 10 MB." },
  media_type_unsupported: {
    status: 415,
    title: "This kind of file or body is not taken.",
    remedy: "JSON for requests; PNG, JPEG, WebP, GIF, PDF or plain text for files.",
  },
  case_code_invalid: { status: 422, title: "The case code's check digit is wrong.", remedy: "Ask for the code again: eight digits." },
  phone_invalid: { status: 422, title: "This cannot be a telephone number that is rung.", remedy: "Give it with its country code." },
  version_required: { status: 428, title: "A change needs the version it is based on.", remedy: "Send If-Match with the case's version." },
  too_many_messages: { status: 429, title: "Too many messages at once.", remedy: "Wait for the answer, then go on." },
  rate_limited: { status: 429, title: "Too many requests.", remedy: "Slow down; Retry-After says for how long." },
  internal: { status: 500, title: "Something broke on our side.", remedy: "Try again; if it stays, look for the request id in the log." },
  platform_unavailable: {
    status: 503,
    title: "The platform gives no answer to that just now.",
    remedy: "Try again in a few minutes; an account that is on hold gives out no keys.",
  },
  unavailable: {
    status: 503,
    title: "The store does not answer just now.",
    remedy: "Try again in a few seconds; nothing acknowledged is lost.",
  },
} as const satisfies Record<string, { status: number; title: string; remedy: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** A fault with its place in the table. `detail` is safe to show: never put a customer's words or a secret in it. */
export class Problem extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly detail: string | undefined;
  readonly errors: readonly { readonly field: string; readonly message: string }[] | undefined;

  constructor(code: ErrorCode, detail?: string, errors?: readonly { field: string; message: string }[]) {
    super(detail ?? ERRORS[code].title);
    this.name = "Problem";
    this.code = code;
    this.status = ERRORS[code].status;
    this.detail = detail;
    this.errors = errors;
  }

  /** RFC 9457 body. */
  toJSON(): Record<string, unknown> {
    const { title, status, remedy } = ERRORS[this.code];
    return {
      type: `/api/docs#error-${this.code}`,
      title,
      status,
      code: this.code,
      remedy,
      ...(this.detail === undefined ? {} : { detail: this.detail }),
      ...(this.errors === undefined ? {} : { errors: this.errors }),
    };
  }
}
