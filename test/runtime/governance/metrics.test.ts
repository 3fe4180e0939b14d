import { describe, expect, test } from "vitest";
import { createMetrics, lagName, metricsText, sumBy } from "../../../runtime/governance/metrics.ts";

const lines = (text: string, start: string): string[] => text.split("\n").filter((line) => line.startsWith(start));

describe("the figures of a process", () => {
  test("each bears its labels and the process, beside those of Node itself", async () => {
    const metrics = createMetrics("ingest");
    metrics.ingest.lag({ table: "rides.trips", topic: "trips.v1", partition: 3 }, 17);
    metrics.ingest.committed({ table: "rides.trips", rows: 990, dead: 10, seconds: 0.003 });
    metrics.ingest.latency("rides.trips", 0.02);
    const text = await metricsText([await metrics.snapshot()]);
    expect(lines(text, "neuralake_ingest_lag_messages{")).toEqual(['neuralake_ingest_lag_messages{table="rides.trips",topic="trips.v1",partition="3",process="ingest"} 17']);
    expect(lines(text, "neuralake_ingest_rows_total")).toEqual(['neuralake_ingest_rows_total{table="rides.trips",process="ingest"} 990']);
    expect(lines(text, "neuralake_ingest_dead_rows_total")).toEqual(['neuralake_ingest_dead_rows_total{table="rides.trips",process="ingest"} 10']);
    expect(lines(text, "neuralake_ingest_commit_seconds_count")).toEqual(['neuralake_ingest_commit_seconds_count{table="rides.trips",process="ingest"} 1']);
    expect(lines(text, "neuralake_ingest_latency_seconds_bucket")).toContain('neuralake_ingest_latency_seconds_bucket{le="0.02",table="rides.trips",process="ingest"} 1');
    expect(lines(text, "process_start_time_seconds{")).toHaveLength(1);
  });

  test("a partition that is read here no longer is told no more", async () => {
    const metrics = createMetrics("ingest");
    const partition = { table: "rides.trips", topic: "trips.v1", partition: 0 };
    metrics.ingest.lag(partition, 1);
    metrics.ingest.released(partition);
    expect(lines(await metricsText([await metrics.snapshot()]), "neuralake_ingest_lag_messages{")).toEqual([]);
  });

  test("refreshes are counted by what became of them, and timed where they wrote", async () => {
    const { refresh, snapshot } = createMetrics("refresh");
    refresh.refreshed({ table: "m.sums", mode: "full", rows: 40, bytesRead: 9_000, seconds: 2 });
    refresh.refreshed({ table: "m.sums", mode: "incremental", rows: 2, bytesRead: 500, seconds: 0.2 });
    refresh.refreshed({ table: "m.sums", mode: "none", rows: 0, bytesRead: 0, seconds: 0.01 });
    refresh.failed("m.bad");
    const text = await metricsText([await snapshot()]);
    expect(lines(text, "neuralake_refreshes_total")).toEqual([["m.sums", "full"], ["m.sums", "incremental"], ["m.sums", "none"], ["m.bad", "failed"]].map(([table, outcome]) => `neuralake_refreshes_total{table="${table}",outcome="${outcome}",process="refresh"} 1`));
    expect(lines(text, "neuralake_refresh_seconds_count")).toEqual(["full", "incremental"].map((mode) => `neuralake_refresh_seconds_count{table="m.sums",mode="${mode}",process="refresh"} 1`));
    expect(lines(text, "neuralake_refresh_rows_total")).toEqual(['neuralake_refresh_rows_total{table="m.sums",process="refresh"} 42']);
    expect(lines(text, "neuralake_refresh_read_bytes_total")).toEqual(['neuralake_refresh_read_bytes_total{table="m.sums",process="refresh"} 9500']);
    expect(lines(text, "neuralake_refresh_last_success_timestamp_seconds").map((line) => line.split(" ")[0])).toEqual(['neuralake_refresh_last_success_timestamp_seconds{table="m.sums",process="refresh"}']);
  });

  test("tables are told as they are now, and what is not known of one is left out", async () => {
    const { server, snapshot } = createMetrics("server");
    server.tables([{ table: "a.gone", version: 1, files: 1, rows: 1, bytes: 1, ageSeconds: 1 }]);
    server.tables([{ table: "a.kept", version: 4, files: 2, rows: null, bytes: 100, ageSeconds: 1.5, goalSeconds: 5 }]);
    const text = await metricsText([await snapshot()]);
    expect(lines(text, "neuralake_table_")).toEqual([
      'neuralake_table_files{table="a.kept",process="server"} 2',
      'neuralake_table_bytes{table="a.kept",process="server"} 100',
      'neuralake_table_version{table="a.kept",process="server"} 4',
      'neuralake_table_age_seconds{table="a.kept",process="server"} 1.5',
      'neuralake_table_freshness_goal_seconds{table="a.kept",process="server"} 5',
    ]);
  });
});

describe("several processes in one text", () => {
  test("the same figure stands once for each, after a way through JSON", async () => {
    const [server, compact] = [createMetrics("server"), createMetrics("compact")];
    server.server.request("GET", "/api/tables/:table", 200, 0.01);
    compact.upkeep.compacted("a.b", 40, 1, 0.5);
    const text = await metricsText([await server.snapshot(), JSON.parse(JSON.stringify(await compact.snapshot())) as object[]]);
    expect(lines(text, "neuralake_http_requests_total")).toEqual(['neuralake_http_requests_total{method="GET",route="/api/tables/:table",status="200",process="server"} 1']);
    expect(lines(text, "neuralake_compaction_files_before_total")).toEqual(['neuralake_compaction_files_before_total{table="a.b",process="compact"} 40']);
    expect(lines(text, "process_start_time_seconds{")).toHaveLength(2);
    expect(lines(text, "# TYPE process_start_time_seconds")).toHaveLength(1);
  });

  test("a figure is summed over its other labels", async () => {
    const { ingest, snapshot } = createMetrics("ingest");
    ingest.lag({ table: "a.b", topic: "t", partition: 0 }, 3);
    ingest.lag({ table: "a.b", topic: "t", partition: 1 }, 4);
    ingest.lag({ table: "a.c", topic: "u", partition: 0 }, 5);
    expect(sumBy(await snapshot(), lagName, "table")).toEqual(new Map([["a.b", 7], ["a.c", 5]]));
  });
});
