/**
 * The demonstration: compiles the catalog of this repository, creates its tables, loads three million flights, and asks four typed
 * questions, the last over HTTP; it says what each step did and how long it took. With `--serve` it then builds the site and serves it
 * with the API until Ctrl-C, and where brokers are configured feeds a live table beside it.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type * as Client from "../generated/client/index.ts";
import type { Lake } from "../runtime/lake.ts";
import { openServer } from "../runtime/server/server.ts";
import { countText, durationText, pluralText } from "./amounts.ts";
import { applyChanges } from "./commands/apply.ts";
import { compileProject } from "./commands/compile.ts";
import { serveUntilStopped } from "./commands/serve.ts";
import { readOpenApi } from "./compiled-project.ts";
import { makeStream, replayFlights } from "./demo-live.ts";
import { packageRoot } from "./package-root.ts";
import { startBeside } from "./processes-beside.ts";
import { findProject, openProjectLake, type Project } from "./project.ts";
import { reportProblem } from "./report.ts";
import { buildPages, siteFolder, writeFacts } from "./site-files.ts";
import { openTerminal, type Terminal } from "./terminal.ts";
import { formatTable } from "./text-table.ts";

const flights = { table: "flights.departures", file: "node_modules/vega-datasets/data/flights-3m.parquet" };
const margin = " ".repeat(10);

/** Does one step and tells its name, what it did, and how long it took. */
async function step(terminal: Terminal, name: string, act: () => Promise<readonly string[]>): Promise<void> {
  terminal.signal.throwIfAborted();
  terminal.progress(`${name} …`);
  const started = performance.now();
  const [first = "", ...rest] = await act();
  const took = terminal.style.quiet(durationText(performance.now() - started));
  await terminal.print(`${terminal.style.blue(name.padEnd(margin.length))}${first}  ${took}`);
  for (const line of rest) await terminal.print(margin + line);
}

async function compileStep(project: Project, terminal: Terminal): Promise<string[]> {
  const { catalog, written, removed } = await compileProject(project, terminal);
  const tables = catalog.databases.flatMap((database) => database.tables).length;
  const changed = written.length + removed.length;
  return [`${pluralText(catalog.databases.length, "database")}, ${pluralText(tables, "table")}; ${changed === 0 ? "generated/ was up to date" : `${pluralText(changed, "file")} of generated/ changed`}`];
}

async function applyStep(lake: Lake, project: Project, terminal: Terminal): Promise<string[]> {
  const { created, changed } = await applyChanges(lake, project, { signal: terminal.signal });
  const lines = [...(created.length === 0 ? [] : [`created ${created.join(", ")}`]), ...changed.map(({ table, changes }) => `${table}: ${changes.join("; ")}`)];
  return lines.length === 0 ? ["every table is there, as it is declared"] : lines;
}

async function loadStep(lake: Lake): Promise<string[]> {
  const result = await lake.load(flights.table, fileURLToPath(new URL(flights.file, packageRoot())));
  if (result.skipped) {
    const state = (await lake.states()).find((table) => table.table === flights.table);
    return [`${flights.table} holds the file's ${countText(state?.rows ?? 0)} rows already; not loaded again`];
  }
  const warnings = result.warnings.map((warning) => `${pluralText(warning.rows, "row")} failed the check ${warning.check} and ${warning.rows === 1 ? "was" : "were"} kept`);
  return [`${countText(result.kept)} rows into ${flights.table}, judged, in one commit`, ...warnings];
}

/** A question in words and the rows that answer it, as lines. */
function answer(question: string, rows: readonly object[], terminal: Terminal): string[] {
  const names = Object.keys(rows[0] ?? {});
  const right = new Set(names.filter((name) => rows.every((row) => /^(number|bigint)$/.test(typeof Reflect.get(row, name)))));
  const cells = rows.map((row) => names.map((name) => cellText(Reflect.get(row, name))));
  return [question, ...formatTable(names.map((title) => ({ title, right: right.has(title) })), cells, terminal.style)];
}

function cellText(value: unknown): string {
  if (typeof value === "bigint") return countText(value);
  return typeof value === "number" && !Number.isInteger(value) ? value.toFixed(1) : String(value);
}

async function busiestAirports(lake: Client.Lake, terminal: Terminal): Promise<string[]> {
  const rows = await lake
    .selectFrom("flights.departures as d")
    .innerJoin("flights.airports as a", "a.iata", "d.origin")
    .groupBy(["d.origin", "a.city"])
    .select(({ fn }) => ["d.origin", "a.city", fn.countAll<bigint>().as("flights"), fn.avg<number>("d.delay").as("mean_delay")])
    .orderBy("flights", "desc")
    .limit(3)
    .execute();
  return answer("the three busiest airports: a join of the Delta table and a CSV file", rows, terminal);
}

async function lateEvenings(lake: Client.Lake, terminal: Terminal): Promise<string[]> {
  const rows = await lake
    .selectFrom(lake.call("flights.lateness", { origin: "SFO", atLeast: 1_000 }).as("hours"))
    .select(["hour_of_day", "flights", "mean_delay"])
    .orderBy("mean_delay", "desc")
    .limit(3)
    .execute();
  return answer("when flights from San Francisco run latest: a function table with parameters", rows, terminal);
}

async function partsAndSuppliers(lake: Client.Lake, terminal: Terminal): Promise<string[]> {
  const rows = await lake
    .selectFrom("demo.part")
    .innerJoin("demo.supplier", "s_suppkey", "p_partkey")
    .where("p_brand", "in", ["Brand#1", "Brand#2"])
    .select(["p_name", "p_brand", "s_name"])
    .execute();
  return answer("parts of two brands and who supplies them: a Parquet file and a function of the author's", rows, terminal);
}

async function overHttp(client: typeof Client, project: Project, lake: Lake, terminal: Terminal): Promise<string[]> {
  const server = await openServer({ lake, openapi: await readOpenApi(project.generatedDir), host: "127.0.0.1", port: 0 });
  try {
    await using remote = client.connect({ url: server.url });
    const rows = await remote.selectFrom("flights.busiest_routes").select(["from_city", "to_city", "distance", "flights"]).limit(3).execute();
    return answer("the busiest routes: a view, asked over HTTP", rows, terminal);
  } finally {
    await server.close();
  }
}

async function demonstrate(project: Project, terminal: Terminal): Promise<{ readonly lake: Lake; readonly client: typeof Client }> {
  await step(terminal, "compile", () => compileStep(project, terminal));
  const lake = await openProjectLake(project);
  await step(terminal, "apply", () => applyStep(lake, project, terminal));
  await step(terminal, "load", () => loadStep(lake));
  // Only now: the client imports what was just compiled.
  const client = (await import("../generated/client/index.ts")) satisfies typeof Client;
  await using embedded = await client.open({ root: project.root });
  await step(terminal, "query 1", () => busiestAirports(embedded, terminal));
  await step(terminal, "query 2", () => lateEvenings(embedded, terminal));
  await step(terminal, "query 3", () => partsAndSuppliers(embedded, terminal));
  await step(terminal, "query 4", () => overHttp(client, project, lake, terminal));
  return { lake, client };
}

async function buildStep(project: Project, lake: Lake): Promise<string[]> {
  const { pages } = await buildPages(project, siteFolder(project), await writeFacts(project, lake));
  return [`${pluralText(pages, "page")} of the catalog`];
}

async function streamStep(project: Project): Promise<string[]> {
  if (project.brokers.length === 0) return ["flights.live is not fed: no broker is named (NEURALAKE_KAFKA_BROKERS=host:port)"];
  await makeStream(project);
  return [`flights are replayed to ${project.brokers.join(", ")} and taken into flights.live`];
}

/** The live table: fed, compacted and looked at while the server answers. */
async function liveUntilStopped(project: Project, lake: Lake, client: typeof Client, terminal: Terminal): Promise<void> {
  await using embedded = await client.open({ root: project.root });
  const beside = startBeside(project, { vacuumEvery: "1h", root: project.root }, terminal);
  try {
    await beside.suit(lake.catalog);
    await replayFlights(project, embedded, terminal);
  } finally {
    await beside.stop();
  }
}

async function run(terminal: Terminal): Promise<void> {
  const { values } = parseArgs({ options: { serve: { type: "boolean", default: false }, port: { type: "string", default: "8080" } } });
  process.chdir(fileURLToPath(packageRoot()));
  const project = await findProject();
  const started = performance.now();
  const { lake, client } = await demonstrate(project, terminal);
  await using _closing = lake;
  if (values.serve) await step(terminal, "site", () => buildStep(project, lake));
  if (values.serve) await step(terminal, "live", () => streamStep(project));
  await terminal.print(`${"done".padEnd(margin.length)}${terminal.style.quiet(`in ${durationText(performance.now() - started)}; the lake lies in ${lake.root.replace(`${project.folder}/`, "./")}`)}`);
  if (!values.serve) return terminal.print(`${margin}npm start does this too, and then serves API and site`);
  const live = project.brokers.length === 0 ? undefined : () => liveUntilStopped(project, lake, client, terminal);
  await serveUntilStopped(project, { lake, openapi: await readOpenApi(project.generatedDir) }, { host: "127.0.0.1", port: Number(values.port) }, terminal, live);
}

const terminal = openTerminal(false);
try {
  await run(terminal);
} catch (error) {
  process.exitCode = await reportProblem(error, terminal);
}
process.exit();
