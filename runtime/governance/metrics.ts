/**
 * What a process counts and times, in Prometheus' manner; the one door to prom-client. Each process has one `Metrics`, made in `bin` and
 * handed to the rooms that call it; a process beside others hands its snapshot on, and one text tells of all of them.
 */
import { AggregatorRegistry, Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";

/** Which process counted: a label of every figure, so that several can be told in one text. */
export type ProcessName = "server" | "ingest" | "compact" | "vacuum" | "refresh";

export interface Partition { readonly table: string; readonly topic: string; readonly partition: number }

/** One commit of messages: rows kept, rows set aside, how long the commit itself took. */
export interface IngestCommit { readonly table: string; readonly rows: number; readonly dead: number; readonly seconds: number }

/** A stored table as the lake has it; `ageSeconds` since its newest commit. */
export interface TableFigures { readonly table: string; readonly version: number; readonly files: number; readonly rows: number | null; readonly bytes: number; readonly ageSeconds: number; readonly goalSeconds?: number }

export interface IngestMetrics {
  /** Messages of a partition that the broker has and the table has not. */
  lag(partition: Partition, messages: number): void;
  /** The partition is no longer read here. */
  released(partition: Partition): void;
  committed(commit: IngestCommit): void;
  /** From the stamp a message bears to the commit it is in; of a large batch its oldest and its newest are enough. */
  latency(table: string, seconds: number): void;
}

export interface UpkeepMetrics {
  /** One commit that put `after` files in the place of `before`. */
  compacted(table: string, before: number, after: number, seconds: number): void;
  vacuumed(table: string, files: number, bytes: number): void;
}

/** One refresh of a view: what became of its rows, how many were written, how many bytes of files were read for them, and how long it took, the look at the logs too. */
export interface RefreshFigures { readonly table: string; readonly mode: "full" | "incremental" | "none"; readonly rows: number; readonly bytesRead: number; readonly seconds: number }

export interface RefreshMetrics {
  refreshed(figures: RefreshFigures): void;
  failed(table: string): void;
}

export interface ServerMetrics {
  /** `route` as it is declared (`/api/tables/:table`), so that there are only so many of them. */
  request(method: string, route: string, status: number, seconds: number): void;
  /** From the question to the last of its rows. */
  query(seconds: number): void;
  /** The tables as they are now, undefined when the lake could not say; those that are told no more are forgotten. */
  tables(figures: readonly TableFigures[] | undefined): void;
}

/** A process's figures at one moment, as JSON carries them to another process. */
export type MetricsSnapshot = readonly object[];

export interface Metrics {
  readonly ingest: IngestMetrics;
  readonly upkeep: UpkeepMetrics;
  readonly refresh: RefreshMetrics;
  readonly server: ServerMetrics;
  snapshot(): Promise<MetricsSnapshot>;
}

/** The media type of `metricsText`. */
export const metricsMediaType = Registry.PROMETHEUS_CONTENT_TYPE;

/** The figures of one process, all at nothing, with those of Node itself. */
export function createMetrics(process: ProcessName): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ process });
  collectDefaultMetrics({ register: registry });
  return {
    ingest: ingestMetrics(registry),
    upkeep: upkeepMetrics(registry),
    refresh: refreshMetrics(registry),
    server: serverMetrics(registry),
    // Every figure bears its process, so that none is ever added to another's.
    snapshot: async () => (await registry.getMetricsAsJSON()).map((figure) => ({ ...figure, aggregator: "first" })),
  };
}

/** The figures of several processes as one Prometheus text. */
export async function metricsText(snapshots: readonly MetricsSnapshot[]): Promise<string> {
  return await AggregatorRegistry.aggregate(snapshots as object[][]).metrics();
}

/** The sum of one figure over a label, by its values: the lag of each table over its partitions. */
export function sumBy(snapshot: MetricsSnapshot, name: string, label: string): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  const found = (snapshot as readonly Figure[]).find((figure) => figure.name === name);
  for (const { value, labels } of found?.values ?? []) {
    const key = String(labels[label]);
    sums.set(key, (sums.get(key) ?? 0) + value);
  }
  return sums;
}

interface Figure { readonly name: string; readonly values: readonly { readonly value: number; readonly labels: { readonly [name: string]: string | number } }[] }

/** The gauge of messages waiting. */
export const lagName = "neuralake_ingest_lag_messages";

/** Seconds: a commit on a local disk takes milliseconds, one to an object store may take a second. */
const commitBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Seconds: what puts files together, or works rows out, takes a part of a second or minutes. */
const workBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
/** Seconds: freshness goals lie between 20 milliseconds and hours. */
const latencyBuckets = [0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900];

function ingestMetrics(registry: Registry): IngestMetrics {
  const registers = [registry];
  const ofTable = { labelNames: ["table"] as const, registers };
  const lag = new Gauge({ name: lagName, help: "Messages the broker has and the table has not.", labelNames: ["table", "topic", "partition"], registers });
  const rows = new Counter({ name: "neuralake_ingest_rows_total", help: "Rows committed from messages.", ...ofTable });
  const dead = new Counter({ name: "neuralake_ingest_dead_rows_total", help: "Messages set aside in the dead table.", ...ofTable });
  const commits = new Histogram({ name: "neuralake_ingest_commit_seconds", help: "How long a commit of messages took.", buckets: commitBuckets, ...ofTable });
  const latency = new Histogram({ name: "neuralake_ingest_latency_seconds", help: "From a message's stamp to the commit it is in.", buckets: latencyBuckets, ...ofTable });
  return {
    lag: (partition, messages) => lag.set({ ...partition }, messages),
    released: (partition) => lag.remove({ ...partition }),
    committed(commit) {
      rows.inc({ table: commit.table }, commit.rows);
      dead.inc({ table: commit.table }, commit.dead);
      commits.observe({ table: commit.table }, commit.seconds);
    },
    latency: (table, seconds) => latency.observe({ table }, seconds),
  };
}

function upkeepMetrics(registry: Registry): UpkeepMetrics {
  const ofTable = { labelNames: ["table"] as const, registers: [registry] };
  const before = new Counter({ name: "neuralake_compaction_files_before_total", help: "Small files that compaction replaced.", ...ofTable });
  const after = new Counter({ name: "neuralake_compaction_files_after_total", help: "Files that compaction put in their place.", ...ofTable });
  const took = new Histogram({ name: "neuralake_compaction_seconds", help: "How long one compaction commit took, from the first file read on.", buckets: workBuckets, ...ofTable });
  const files = new Counter({ name: "neuralake_vacuum_files_removed_total", help: "Files removed that no version kept needs.", ...ofTable });
  const bytes = new Counter({ name: "neuralake_vacuum_bytes_removed_total", help: "Bytes of these files.", ...ofTable });
  return {
    compacted(table, replaced, written, seconds) {
      before.inc({ table }, replaced);
      after.inc({ table }, written);
      took.observe({ table }, seconds);
    },
    vacuumed(table, removed, size) {
      files.inc({ table }, removed);
      bytes.inc({ table }, size);
    },
  };
}

function refreshMetrics(registry: Registry): RefreshMetrics {
  const registers = [registry];
  const ofTable = { labelNames: ["table"] as const, registers };
  const refreshes = new Counter({ name: "neuralake_refreshes_total", help: "Refreshes of a view by what became of them: full, incremental, none (there was nothing new) or failed.", labelNames: ["table", "outcome"], registers });
  const took = new Histogram({ name: "neuralake_refresh_seconds", help: "How long a refresh that wrote a version took.", labelNames: ["table", "mode"], buckets: workBuckets, registers });
  const rows = new Counter({ name: "neuralake_refresh_rows_total", help: "Rows that refreshes wrote.", ...ofTable });
  const bytes = new Counter({ name: "neuralake_refresh_read_bytes_total", help: "Bytes of the files that they read.", ...ofTable });
  const current = new Gauge({ name: "neuralake_refresh_last_success_timestamp_seconds", help: "When the view last had the rows of its query for certain, in seconds since 1970.", ...ofTable });
  return {
    refreshed({ table, mode, rows: written, bytesRead, seconds }) {
      refreshes.inc({ table, outcome: mode });
      rows.inc({ table }, written);
      bytes.inc({ table }, bytesRead);
      if (mode !== "none") took.observe({ table, mode }, seconds);
      current.setToCurrentTime({ table });
    },
    failed: (table) => refreshes.inc({ table, outcome: "failed" }),
  };
}

function serverMetrics(registry: Registry): ServerMetrics {
  const registers = [registry];
  const requests = new Counter({ name: "neuralake_http_requests_total", help: "Requests answered.", labelNames: ["method", "route", "status"], registers });
  const took = new Histogram({ name: "neuralake_http_request_seconds", help: "From a request to the last byte of its answer.", labelNames: ["route"], registers });
  const queries = new Histogram({ name: "neuralake_query_seconds", help: "From a question to the last of its rows.", buckets: commitBuckets, registers });
  const ofTables = tableGauges(registry);
  return {
    request(method, route, status, seconds) {
      requests.inc({ method, route, status });
      took.observe({ route }, seconds);
    },
    query: (seconds) => queries.observe(seconds),
    tables: ofTables,
  };
}

function tableGauges(registry: Registry): ServerMetrics["tables"] {
  const readable = new Gauge({ name: "neuralake_lake_readable", help: "1 when the state of every table could be read just now, else 0.", registers: [registry] });
  const gauge = (name: string, help: string) => new Gauge({ name: `neuralake_table_${name}`, help, labelNames: ["table"], registers: [registry] });
  const gauges: readonly (readonly [Gauge<"table">, (figures: TableFigures) => number | null | undefined])[] = [
    [gauge("files", "Data files of the newest version."), ({ files }) => files],
    [gauge("rows", "Rows of the newest version, where its files say how many they hold."), ({ rows }) => rows],
    [gauge("bytes", "Bytes of these files."), ({ bytes }) => bytes],
    [gauge("version", "The newest version."), ({ version }) => version],
    [gauge("age_seconds", "Since the newest commit."), ({ ageSeconds }) => ageSeconds],
    [gauge("freshness_goal_seconds", "The freshness its author declared."), ({ goalSeconds }) => goalSeconds],
  ];
  return (tables) => {
    readable.set(tables === undefined ? 0 : 1);
    for (const [each, read] of gauges) {
      each.reset();
      for (const figures of tables ?? []) {
        const value = read(figures);
        if (value !== null && value !== undefined) each.set({ table: figures.table }, value);
      }
    }
  };
}
