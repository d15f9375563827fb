/** The API's description as one page without script, drawn from the OpenAPI document: nothing is loaded from anywhere else. */
import { ERRORS } from "../../errors.ts";
import { schemaText } from "./schema-text.ts";

type Node = Readonly<Record<string, unknown>>;

const DIRECT_LINE: readonly (readonly [string, string])[] = [
  [
    "POST /api/widget/session",
    "{identityToken?, locale?} → {conversationId, token, expiresIn}; sent again with {conversationId, token} it goes on with the conversation",
  ],
  ["POST /v3/directline/tokens/generate", "integration key, {user: {id: “dl_…”}?} → {conversationId, token, expires_in}"],
  ["POST /v3/directline/tokens/refresh", "valid token → a new one"],
  ["POST /v3/directline/conversations", "token → {conversationId, token, expires_in, streamUrl}"],
  ["GET /v3/directline/conversations/{id}?watermark=", "reconnect: a new streamUrl that goes on there"],
  [
    "POST /v3/directline/conversations/{id}/activities",
    "{type: message | event | typing, text?, value?, channelData: {clientActivityID?}} → {id}",
  ],
  ["GET /v3/directline/conversations/{id}/activities?watermark=", "→ {activities, watermark}"],
  ["POST /v3/directline/conversations/{id}/upload", "multipart: activity, then up to five files of 10 MB"],
  ["WebSocket streamUrl", "text frames {activities, watermark}"],
];

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function node(value: unknown): Node {
  return isNode(value) ? value : {};
}

function nodes(value: unknown): readonly Node[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

function escapeHtml(text: unknown): string {
  return String(text ?? "").replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** Escaped, with `code` in backticks set as code. */
function prose(text: unknown): string {
  return escapeHtml(text).replace(
    /`([^`]+)`/g,
    (_, code: string) => `<code>${code in ERRORS ? `<a href="#error-${code}">${code}</a>` : code}</code>`,
  );
}

/** @param spec OpenAPI 3.1 */
export function docsPage(spec: unknown): string {
  const info = node(node(spec).info);
  const byTag = new Map<string, string[]>();
  for (const [path, item] of Object.entries(node(node(spec).paths))) {
    for (const [method, operation] of Object.entries(node(item))) {
      const tag = String((Array.isArray(node(operation).tags) ? node(operation).tags : ["other"]) ?? "other");
      byTag.set(tag, [...(byTag.get(tag) ?? []), operationHtml(method.toUpperCase(), path, node(operation))]);
    }
  }
  const tags = nodes(node(spec).tags).map((tag) => [String(tag.name), String(tag.description ?? "")] as const);
  const sections = tags.map(
    ([tag, about]) =>
      `<section id="${escapeHtml(tag)}"><h2>${escapeHtml(tag)}</h2><p>${prose(about)}</p>${(byTag.get(tag) ?? []).join("")}</section>`,
  );
  const contents = [...tags.map(([tag]) => tag), "direct-line", "errors"].map(
    (name) => `<a href="#${escapeHtml(name)}">${escapeHtml(name)}</a>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(info.title)}</title><link rel="stylesheet" href="/api/docs/docs.css"></head><body>
<header><h1>${escapeHtml(info.title)}</h1><p>${prose(info.description)}</p><p><a href="/api/docs/openapi.json">openapi.json</a> · version ${escapeHtml(info.version)}</p><nav>${contents.join(" ")}</nav></header>
<main>${sections.join("\n")}
<section id="direct-line"><h2>direct-line</h2><p>The customer's side: Direct Line 3.0, so that <code>botframework-directlinejs</code> and Web Chat work unchanged.</p>
<table><thead><tr><th>Address</th><th>What it does</th></tr></thead><tbody>${DIRECT_LINE.map(([address, does]) => `<tr><td><code>${escapeHtml(address)}</code></td><td>${escapeHtml(does)}</td></tr>`).join("")}</tbody></table></section>
<section id="errors"><h2>errors</h2><p>Every error is <code>application/problem+json</code> (RFC 9457) with a stable <code>code</code>: {type, title, status, code, remedy, detail?, errors?, requestId}.</p>
<table><thead><tr><th>Code</th><th>Status</th><th>Means</th><th>What to do</th></tr></thead><tbody>${Object.entries(ERRORS)
    .map(
      ([code, { status, title, remedy }]) =>
        `<tr id="error-${code}"><td><code>${code}</code></td><td>${status}</td><td>${prose(title)}</td><td>${prose(remedy)}</td></tr>`,
    )
    .join("")}</tbody></table></section></main></body></html>`;
}

function operationHtml(method: string, path: string, operation: Node): string {
  const parameters = nodes(operation.parameters).map((one) => {
    const schema = node(one.schema);
    const about = one.description ?? schema.description;
    return `<tr><td><code>${escapeHtml(one.name)}</code></td><td>${escapeHtml(one.in)}${one.required === true ? ", needed" : ""}</td><td><code>${escapeHtml(schemaText(schema))}</code></td><td>${prose(about)}</td></tr>`;
  });
  const body = node(node(node(node(operation.requestBody).content)["application/json"]).schema);
  const example = node(node(node(operation.requestBody).content)["application/json"]).example ?? body.example;
  const answers = Object.entries(node(operation.responses))
    .filter(([status]) => status !== "default")
    .map(([status, answer]) => {
      const schema = node(node(node(answer).content)["application/json"]).schema;
      return `<dt>${escapeHtml(status)}</dt><dd>${schema === undefined ? prose(node(answer).description) : `<pre>${escapeHtml(schemaText(schema))}</pre>`}</dd>`;
    });
  return `<article id="${escapeHtml(operation.operationId)}"><h3><span class="method">${escapeHtml(method)}</span> <code>${escapeHtml(path)}</code></h3>
<p>${prose(operation.summary)}</p>${operation.description === undefined ? "" : `<p class="problems">${prose(operation.description)}</p>`}
<details><summary>Request and answer</summary>
${parameters.length === 0 ? "" : `<table><tbody>${parameters.join("")}</tbody></table>`}
${Object.keys(body).length === 0 ? "" : `<h4>Body</h4><pre>${escapeHtml(schemaText(body))}</pre>${example === undefined ? "" : `<h4>Example</h4><pre>${escapeHtml(JSON.stringify(example, null, 2))}</pre>`}`}
<h4>Answer</h4><dl>${answers.join("")}</dl></details></article>`;
}

export const DOCS_CSS = `:root{color-scheme:light dark;--line:#8884;--soft:#8881}
*{box-sizing:border-box}body{font:16px/1.55 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;margin:0 auto;max-width:60rem;padding:1.5rem 1rem 4rem;overflow-wrap:anywhere}
nav a{margin-right:.8rem}h2{margin-top:2.5rem;border-bottom:1px solid var(--line)}article{border:1px solid var(--line);border-radius:.5rem;padding:.6rem 1rem;margin:.8rem 0}
h3{font-size:1rem;margin:.2rem 0}.method{display:inline-block;min-width:4rem;font-weight:700}.problems{font-size:.875rem}
pre{background:var(--soft);padding:.7rem;overflow-x:auto;border-radius:.4rem;font-size:.85rem;overflow-wrap:normal}code{font-size:.9em}
table{border-collapse:collapse;width:100%;font-size:.9rem;display:block;overflow-x:auto}td,th{border-bottom:1px solid var(--line);padding:.3rem .5rem;text-align:left;vertical-align:top}
summary{cursor:pointer;padding:.25rem 0}dd{margin:0 0 .6rem}tr:target{background:#fc06}
`;
