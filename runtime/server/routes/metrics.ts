/** `GET /metrics`: what this process and those beside it counted, for Prometheus; and each stored table as the lake has it now. */
import type { FastifyInstance } from "fastify";
import type { Catalog } from "../../../compiler/ir/catalog.ts";
import { allTables, fullName } from "../../../compiler/ir/names.ts";
import { metricsMediaType, metricsText } from "../../governance/metrics.ts";
import type { Metrics, MetricsSnapshot, TableFigures } from "../../governance/metrics.ts";
import { durationMs } from "../../values/duration.ts";
import type { Answering } from "../editions.ts";
import type { ServedState } from "../served-lake.ts";

/** Adds the route, and counts every request. */
export function addMetricsRoute(server: FastifyInstance, answering: Answering, metrics: Metrics, beside: () => readonly MetricsSnapshot[]): void {
  server.addHook("onResponse", async (request, reply) => {
    metrics.server.request(request.method, request.routeOptions.url ?? "none", reply.statusCode, reply.elapsedTime / 1000);
  });
  server.get("/metrics", answering(async ({ lake }, request, reply) => {
    // A lake that cannot be read is what one looks at the figures for.
    const states = await lake.states().catch((error: unknown) => void request.log.error(error));
    metrics.server.tables(states === undefined ? undefined : figuresOf(lake.catalog, states, Date.now()));
    return reply.type(metricsMediaType).send(await metricsText([await metrics.snapshot(), ...beside()]));
  }));
}

/** The figures of the tables that have versions. */
function figuresOf(catalog: Catalog, states: readonly ServedState[], now: number): TableFigures[] {
  const goals = new Map(allTables(catalog).flatMap((table): [string, number][] => {
    const goal = table.freshness === undefined ? undefined : durationMs(table.freshness);
    return goal === undefined ? [] : [[fullName(table), goal / 1000]];
  }));
  return states.flatMap(({ table, version, files, bytes, rows, committed }) => {
    if (version === null || files === null || bytes === null || committed === null) return [];
    const goalSeconds = goals.get(table);
    return [{ table, version, files, bytes, rows, ageSeconds: Math.max(0, now - committed) / 1000, ...(goalSeconds === undefined ? {} : { goalSeconds }) }];
  });
}
