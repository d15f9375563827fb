/** `/api/docs`: the page, its style, and the OpenAPI 3.1 document. */
import swagger from "@fastify/swagger";
import type { FastifyInstance } from "fastify";
import { jsonSchemaTransform } from "fastify-type-provider-zod";
import { DOCS_CSS, docsPage } from "./docs-page.ts";

const PROBLEM = {
  type: "object",
  required: ["type", "title", "status", "code", "remedy"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    code: { type: "string", description: "Stable: switch on this." },
    remedy: { type: "string" },
    detail: { type: "string" },
    requestId: { type: "string" },
    errors: { type: "array", items: { type: "object", properties: { field: { type: "string" }, message: { type: "string" } } } },
  },
} as const;

const TAGS = [
  { name: "understanding", description: "What a message means, and whether a contact is genuine." },
  { name: "cases", description: "The record of one unresolved need, from escalation to closing." },
  {
    name: "queue",
    description: "The phone queue: claim an entry, keep its lease, bring it to an end. Every later write names the claim's `fence`.",
  },
  { name: "agents", description: "Desk users, their states, and who saw or changed what." },
];

/** Call before the routes it shall describe. Routes without a tag are left out. */
export async function describeApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    hideUntagged: true,
    transform: jsonSchemaTransform,
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Jietong 接通 API",
        version,
        description:
          "JSON in camelCase, times ISO 8601 UTC, ids opaque. `Authorization: Bearer` with an integration key (everything) or a desk token (agent: cases and his own entries; supervisor: all).",
      },
      tags: TAGS,
      components: { securitySchemes: { bearer: { type: "http", scheme: "bearer" } } },
    },
  });
  let page: string | undefined;
  let document: string | undefined;
  const spec = () => {
    document ??= JSON.stringify(withProblems(app.swagger()));
    return document;
  };
  app.get("/api/docs", async (_request, reply) => {
    page ??= docsPage(JSON.parse(spec()));
    return reply.type("text/html; charset=utf-8").send(page);
  });
  app.get("/api/docs/docs.css", async (_request, reply) =>
    reply.type("text/css; charset=utf-8").header("cache-control", "public, max-age=300").send(DOCS_CSS),
  );
  app.get("/api/docs/openapi.json", async (_request, reply) => reply.type("application/json; charset=utf-8").send(spec()));
}

/** Every operation may answer with a problem. */
function withProblems(document: object): object {
  const copy: unknown = JSON.parse(JSON.stringify(document));
  const answer = {
    description: "A problem (RFC 9457)",
    content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
  };
  const root = Object(copy);
  root.components = { ...root.components, schemas: { ...Object(root.components).schemas, Problem: PROBLEM } };
  for (const item of Object.values(Object(root.paths))) {
    for (const operation of Object.values(Object(item))) Object.assign(Object(Object(operation).responses), { default: answer });
  }
  return root;
}
