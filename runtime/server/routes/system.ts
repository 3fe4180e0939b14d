/** How the server is, and what it says of itself: `/healthz`, `/readyz`, `/openapi.json`, `/docs`. */
import reference from "@scalar/fastify-api-reference";
import type { FastifyInstance } from "fastify";
import { Failure } from "../../values/failure.ts";
import type { Service } from "../answer.ts";
import type { Answering } from "../editions.ts";

/** The page needs nobody but this server: no fonts, assistants or services of others. */
const alone = {
  withDefaultFonts: false, telemetry: false, hideClientButton: true, showDeveloperTools: "never", agent: { disabled: true }, mcp: { disabled: true },
} as const;

/** Adds the routes. */
export async function addSystemRoutes(server: FastifyInstance, answering: Answering): Promise<void> {
  server.get("/openapi.json", answering(async ({ document }, _request, reply) => reply.type("application/json").send(document)));
  server.get("/healthz", async () => ({ status: "ok" }));
  server.get("/readyz", answering(async (service) => {
    await askOne(service);
    return { status: "ready" };
  }));
  await server.register(reference, { routePrefix: "/docs", configuration: { url: "/openapi.json", pageTitle: "HTTP interface", ...alone } });
}

/** UNAVAILABLE when the engine does not answer the smallest question. */
async function askOne(service: Service): Promise<void> {
  try {
    const result = await service.lake.query({ sql: "SELECT 1 AS one" });
    for await (const batch of result.batches) void batch;
  } catch (error) {
    throw new Failure("UNAVAILABLE", "The lake does not answer.", { hint: "neuralake doctor says why.", retry: true, cause: error });
  }
}
