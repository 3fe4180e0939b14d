/** The HTTP server of a lake (surface.md, "HTTP"): one route a file in routes/, every failure a problem document. */
import fastify from "fastify";
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { pino } from "pino";
import { createMetrics } from "../governance/metrics.ts";
import type { Metrics, MetricsSnapshot } from "../governance/metrics.ts";
import { Failure } from "../values/failure.ts";
import { acceptBodies } from "./body.ts";
import { answeringFrom, onlyEdition } from "./editions.ts";
import type { Edition, Editions } from "./editions.ts";
import { isAbort, problemMediaType, problemOf, withoutFolders } from "./problem.ts";
import { addAppendRoute } from "./routes/append.ts";
import { addChangeRoutes } from "./routes/change.ts";
import { addKeyRoute } from "./routes/key.ts";
import { addLiveRoutes } from "./routes/live.ts";
import type { LiveFeed } from "./routes/live.ts";
import { addMetricsRoute } from "./routes/metrics.ts";
import { addRowsRoute } from "./routes/rows.ts";
import { addSchemaRoutes } from "./routes/schema.ts";
import { addSiteRoute } from "./routes/site.ts";
import { addSqlRoutes } from "./routes/sql.ts";
import { addSystemRoutes } from "./routes/system.ts";
import { describeEditions } from "./service.ts";

export type { Edition, Editions } from "./editions.ts";
export type { LiveFeed, LiveState } from "./routes/live.ts";
export type { ServedLake } from "./served-lake.ts";

/** What is served, one edition or several in turn, and how. It stays the caller's: closing the server leaves the lake open. */
export type ServerOptions = (Edition | { readonly editions: Editions }) & ServingOptions;

export interface ServingOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Absolute directory of the built catalog pages, served at `/` once it is there. */
  readonly site?: string;
  /** What the pages follow while somebody edits; nothing when left out. */
  readonly live?: LiveFeed;
  /** Where requests and queries are counted; its own when left out. */
  readonly metrics?: Metrics;
  /** The figures of processes beside this one, told with its own at `/metrics`. */
  readonly beside?: () => readonly MetricsSnapshot[];
  /** Where the lake and its project lie, which no answer tells: absolute folders, or the URI of one. */
  readonly folders?: readonly string[];
  /** What is logged on standard error: failures of ours alone when left out. */
  readonly log?: "error" | "info" | "silent";
  /** How long replies under way may take to end when the server is closed, in milliseconds; 5,000 when left out. */
  readonly graceMs?: number;
}

/** Starts to listen. UNAVAILABLE when the port is taken. */
export async function openServer(options: ServerOptions): Promise<{ url: string; close(): Promise<void> }> {
  const logger: FastifyBaseLogger = pino({ level: options.log ?? "error" }, pino.destination(2));
  const server = fastify({
    loggerInstance: logger,
    // A part of a key may be long.
    routerOptions: { maxParamLength: 4096 },
    frameworkErrors: problemSender(options),
    forceCloseConnections: "idle",
  });
  await addRoutes(server, options);
  await listen(server, options);
  return { url: urlOf(server), close: () => close(server, options.graceMs ?? 5_000) };
}

async function addRoutes(server: FastifyInstance, options: ServerOptions): Promise<void> {
  const { site, beside = () => [], metrics = createMetrics("server") } = options;
  const editions = "editions" in options ? options.editions : onlyEdition(options);
  const answering = answeringFrom(editions, describeEditions(metrics.server.query));
  acceptBodies(server);
  answerFailures(server, options);
  await addSystemRoutes(server, answering);
  addMetricsRoute(server, answering, metrics, beside);
  addSqlRoutes(server, answering);
  addSchemaRoutes(server, answering, beside);
  addRowsRoute(server, answering);
  addKeyRoute(server, answering);
  addAppendRoute(server, answering);
  addChangeRoutes(server, answering);
  if (site === undefined) server.get("/", async (_request, reply) => reply.redirect("/docs/", 302));
  else addSiteRoute(server, site, options.live);
  if (options.live !== undefined) addLiveRoutes(server, options.live);
}

function answerFailures(server: FastifyInstance, options: ServingOptions): void {
  server.setErrorHandler(problemSender(options));
  server.setNotFoundHandler((request) => {
    throw new Failure("ROUTE_NOT_FOUND", `There is nothing to ${request.method} at ${request.url.split("?", 1)[0]}.`, { hint: "GET /openapi.json says what there is." });
  });
}

function problemSender({ folders = [] }: ServingOptions) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const problem = withoutFolders(problemOf(error, request.routeOptions.bodyLimit), folders);
    if (problem.status >= 500 && !isAbort(error)) request.log.error(error);
    return reply.code(problem.status).type(problemMediaType).send(JSON.stringify(problem));
  };
}

async function listen(server: FastifyInstance, { host, port }: ServerOptions): Promise<void> {
  try {
    await server.listen({ host, port });
  } catch (error) {
    await server.close();
    if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    throw new Failure("UNAVAILABLE", `Port ${port} of ${host} is taken (EADDRINUSE).`, { hint: "Choose another with --port, or 0 for any that is free.", cause: error });
  }
}

function urlOf(server: FastifyInstance): string {
  const address = server.server.address();
  if (address === null || typeof address === "string") throw new Error("a server that listens on TCP has an address and a port");
  const anywhere = address.address === "0.0.0.0" || address.address === "::";
  const host = anywhere ? "localhost" : address.family === "IPv6" ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}

/** Lets replies under way end, then breaks off those that take longer than `graceMs`; that stops their queries too. */
async function close(server: FastifyInstance, graceMs: number): Promise<void> {
  const timer = setTimeout(() => server.server.closeAllConnections(), graceMs);
  try {
    await server.close();
  } finally {
    clearTimeout(timer);
  }
}
