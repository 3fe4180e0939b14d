import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createMetrics } from "../../../runtime/governance/metrics.ts";
import { openServer } from "../../../runtime/server/server.ts";
import { catalog, serveRides } from "./served-rides.ts";
import type { ServedRides } from "./served-rides.ts";

const beside = createMetrics("ingest");
let served: ServedRides;
beforeAll(async () => {
  beside.ingest.lag({ table: "rides.trips", topic: "trips", partition: 0 }, 2);
  beside.ingest.lag({ table: "rides.trips", topic: "trips", partition: 1 }, 3);
  beside.ingest.committed({ table: "rides.trips", rows: 7, dead: 1, seconds: 0.01 });
  const snapshot = await beside.snapshot();
  served = await serveRides({ beside: () => [snapshot] });
});
afterAll(() => served.close());

async function figures(url = served.url): Promise<readonly string[]> {
  const reply = await fetch(`${url}/metrics`);
  expect([reply.status, reply.headers.get("content-type")]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
  return (await reply.text()).split("\n");
}

describe("/metrics", () => {
  test("requests are counted by the route they took and the status they got", async () => {
    await (await fetch(`${served.url}/api/tables/rides.trips?limit=1`)).text();
    await (await fetch(`${served.url}/api/tables/rides.nothing`)).text();
    await (await fetch(`${served.url}/no/such/thing`)).text();
    const lines = await figures();
    expect(lines).toContain('neuralake_http_requests_total{method="GET",route="/api/tables/:table",status="200",process="server"} 1');
    expect(lines).toContain('neuralake_http_requests_total{method="GET",route="/api/tables/:table",status="404",process="server"} 1');
    expect(lines).toContain('neuralake_http_requests_total{method="GET",route="none",status="404",process="server"} 1');
    expect(lines).toContain('neuralake_query_seconds_count{process="server"} 1');
  });

  test("each table with versions is told as the lake has it", async () => {
    const lines = await figures();
    expect(lines.filter((line) => line.startsWith("neuralake_table_files"))).toEqual(['neuralake_table_files{table="rides.trips",process="server"} 1']);
    expect(lines).toContain('neuralake_table_version{table="rides.trips",process="server"} 1');
    expect(lines).toContain('neuralake_table_rows{table="rides.trips",process="server"} 6');
    expect(lines).toContain('neuralake_lake_readable{process="server"} 1');
  });

  test("processes beside the server are told with it", async () => {
    expect(await figures()).toContain('neuralake_ingest_rows_total{table="rides.trips",process="ingest"} 7');
  });

  test("a table is told with the messages that wait for it, where somebody counts them", async () => {
    const describe = async (name: string): Promise<unknown> => await (await fetch(`${served.url}/api/schema/${name}`)).json();
    expect(await describe("rides.trips")).toMatchObject({ name: "rides.trips", lag: 5 });
    expect(await describe("rides.by_day")).not.toHaveProperty("lag");
  });

  test("a lake that cannot be read is said in the figures", async () => {
    const { lake } = served;
    const down = { catalog, query: lake.query, append: lake.append, deleteRows: lake.deleteRows, updateRows: lake.updateRows, mergeRows: lake.mergeRows, versions: lake.versions, states: () => Promise.reject(new Error("no store")) };
    const server = await openServer({ lake: down, openapi: {}, host: "127.0.0.1", port: 0, log: "silent" });
    try {
      const lines = await figures(server.url);
      expect(lines).toContain('neuralake_lake_readable{process="server"} 0');
      expect(lines.filter((line) => line.startsWith("neuralake_table_files{"))).toEqual([]);
    } finally {
      await server.close();
    }
  });
});
