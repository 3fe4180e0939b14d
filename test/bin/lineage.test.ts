/** `neuralake lineage` on the golden folder of views, and its OpenLineage events as OpenLineage's own client reads them. */
import path from "node:path";
import { expect, test } from "vitest";
import { withServices } from "../services/with-services.ts";
import { runCommand } from "./command.ts";

const project = path.join(import.meta.dirname, "../golden/views");
const run = async (...args: string[]) => await runCommand(project, ["lineage", ...args]);

test("a table's columns stand above what they are made of, through views, with what decides its rows", async () => {
  const { stdout, stderr, code } = await run("rides.card_earnings", "--up");
  expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  expect(stdout).toBe(`rides.card_earnings.driver
  <- rides.card_trips.driver  copied
     <- rides.drivers.name  copied
rides.card_earnings.earned
  <- rides.card_trips.fare  aggregated
     <- rides.trips.fare  copied
rides.card_earnings.trips
the rows of rides.card_earnings are decided by
  rides.card_trips.driver  grouped
`);
});

test("downwards it tells what is made of a column and whose rows it decides", async () => {
  const { stdout } = await run("Rides.Drivers.NAME", "--down");
  expect(stdout).toBe(`rides.drivers.name
  -> rides.card_trips.driver  copied
     -> rides.card_earnings.driver  copied
  -> rides.receipts.called  computed
  -> rides.receipts.name  copied
rides.drivers.name decides the rows of
  rides.card_earnings  grouped by rides.card_trips.driver
`);
  expect((await run("rides.drivers.driver_id", "--down")).stdout).toBe(`rides.drivers.driver_id
rides.drivers.driver_id decides the rows of
  rides.card_trips  joined by rides.drivers.driver_id
  rides.receipts  joined by rides.drivers.driver_id
`);
});

test("both ways as JSON, in order of names", async () => {
  const told = JSON.parse((await run("rides.card_trips.fare", "--json")).stdout) as object;
  expect(told).toEqual({
    table: "rides.card_trips", columns: ["fare"],
    up: {
      edges: [{ from: { table: "rides.trips", column: "fare" }, to: { table: "rides.card_trips", column: "fare" }, how: "copied" }],
      rows: [
        { from: { table: "rides.drivers", column: "driver_id" }, to: "rides.card_trips", how: ["joined"] },
        { from: { table: "rides.trips", column: "driver_id" }, to: "rides.card_trips", how: ["joined"] },
        { from: { table: "rides.trips", column: "paid_with" }, to: "rides.card_trips", how: ["filtered"] },
      ],
      unknown: [],
    },
    down: { edges: [{ from: { table: "rides.card_trips", column: "fare" }, to: { table: "rides.card_earnings", column: "earned" }, how: "aggregated" }], rows: [], unknown: [] },
  });
  expect((JSON.parse((await run("--json")).stdout) as readonly object[]).length).toBe(6);
});

test("what a function of rows reads is unknown, never nothing", async () => {
  const { stdout } = await runCommand(path.join(import.meta.dirname, "../.."), ["lineage", "demo.supplier.s_suppkey"]);
  expect(stdout).toContain("unknown: a function of rows may read anything");
});

test.each([
  ["rides.trip", "TABLE_NOT_FOUND", "Did you mean rides.trips?"],
  ["rides.trips.fair", "PARAMETER_INVALID", "Did you mean fare?"],
])("%s is told as none, with what was meant", async (target, code, hint) => {
  const outcome = await run(target, "--json");
  expect(outcome.code).toBe(1);
  expect(JSON.parse(outcome.stdout)).toMatchObject({ error: { code, hint } });
});

/** Builds each event out of the client's classes, which are generated from the JSON Schemas: what they do not know, lack or would write otherwise fails. */
const reader = `
import json, sys
from openlineage.client.event_v2 import JobEvent, Job, InputDataset, OutputDataset
from openlineage.client.generated import column_lineage_dataset as lineage, schema_dataset as schema, sql_job as sql
from openlineage.client.serde import Serde

def fields(facet):
    return {key: value for key, value in facet.items() if not key.startswith("_")}

def inputs(each):
    return [lineage.InputField(**{**one, "transformations": [lineage.Transformation(**each) for each in one["transformations"]]}) for one in each]

def facet(name, raw):
    own = fields(raw)
    if name == "sql": return sql.SQLJobFacet(**own, producer=raw["_producer"])
    if name == "schema": return schema.SchemaDatasetFacet(fields=[schema.SchemaDatasetFacetFields(**field) for field in own.pop("fields")], **own, producer=raw["_producer"])
    assert name == "columnLineage", name
    made = {column: lineage.Fields(inputFields=inputs(each.pop("inputFields")), **each) for column, each in own.pop("fields").items()}
    return lineage.ColumnLineageDatasetFacet(fields=made, dataset=inputs(own.pop("dataset")), **own, producer=raw["_producer"])

def facets(raw):
    return {name: facet(name, each) for name, each in raw.items()}

def event(raw):
    raw = dict(raw)
    raw.pop("schemaURL")
    job = raw.pop("job")
    return JobEvent(
        job=Job(namespace=job["namespace"], name=job["name"], facets=facets(job["facets"])),
        inputs=[InputDataset(namespace=each["namespace"], name=each["name"], facets=facets(each["facets"])) for each in raw.pop("inputs")],
        outputs=[OutputDataset(namespace=each["namespace"], name=each["name"], facets=facets(each["facets"])) for each in raw.pop("outputs")],
        **raw)

def bare(value):
    if isinstance(value, dict): return {key: bare(each) for key, each in value.items() if each not in (None, {}, [])}
    if isinstance(value, list): return [bare(each) for each in value]
    return value

unlike = []

def differences(ours, theirs, path):
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted({*ours, *theirs}): differences(ours.get(key), theirs.get(key), f"{path}.{key}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, pair in enumerate(zip(ours, theirs)): differences(*pair, f"{path}.{index}")
    elif ours != theirs: unlike.append([path, ours, theirs])

for text in sys.argv[1].splitlines():
    ours = json.loads(text)
    theirs = json.loads(Serde.to_json(event(json.loads(text))))
    differences(bare(ours), bare(theirs), "")
print(json.dumps(unlike))
`;

await withServices(["python"], "OpenLineage's client", ({ python }) => {
  test("takes our events and writes them as we do", async () => {
    const { stdout } = await run("--format", "openlineage", "--namespace", "golden");
    const events = stdout.trim().split("\n").map((line) => JSON.parse(line) as { readonly job: { readonly name: string }; readonly outputs: readonly { readonly facets: { readonly columnLineage: { readonly fields: Readonly<Record<string, unknown>>; readonly dataset: unknown } } }[] });
    expect(events.map(({ job }) => job.name)).toEqual(["rides.card_earnings", "rides.card_trips", "rides.passengers", "rides.receipts"]);
    expect(await python.run(reader, [stdout.trim()])).toEqual([]);
    const facet = events[2]?.outputs[0]?.facets.columnLineage;
    expect(facet?.fields["most_cash"]).toEqual({ inputFields: [
      { namespace: "golden", name: "rides.trips", field: "fare", transformations: [{ type: "DIRECT", subtype: "AGGREGATION", masking: false }] },
      { namespace: "golden", name: "rides.trips", field: "paid_with", transformations: [{ type: "INDIRECT", subtype: "CONDITION" }] },
    ] });
    expect(facet?.dataset).toEqual([
      { namespace: "golden", name: "rides.trips", field: "driver_id", transformations: [{ type: "INDIRECT", subtype: "GROUP_BY" }] },
      { namespace: "golden", name: "rides.trips", field: "picked_up_at", transformations: [{ type: "INDIRECT", subtype: "FILTER" }] },
    ]);
  });
});
