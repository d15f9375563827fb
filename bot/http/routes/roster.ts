import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { z } from "zod";
import { instant, language, page, skill } from "../schemas.ts";
import type { RouteContext } from "./context.ts";
import { doc } from "./route-doc.ts";

const gap = z.object({ skill, language, from: instant, to: instant });

export function rosterRoutes(plain: FastifyInstance, { services }: RouteContext): void {
  plain.withTypeProvider<ZodTypeProvider>().get(
    "/roster/gaps",
    {
      schema: {
        ...doc("agents", "rosterGaps", "Phone hours of the next seven days in which a line has nobody on the roster"),
        response: { 200: page(gap) },
      },
    },
    async () => ({ items: await services.rosterGaps() }),
  );
}
