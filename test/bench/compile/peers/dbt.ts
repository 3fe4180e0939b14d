/** `dbt parse`: a model and its properties for each table, and the manifest that it makes of all. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { installPackages } from "../../../services/python.ts";
import { columnsEach, types } from "../tables.ts";
import type { Peer, Spelling } from "./peer.ts";

const release = "1.10.23";
const packages = [`dbt-core==${release}`, "dbt-duckdb==1.10.1", "duckdb==1.5.5"];
const spelling: Spelling<string> = {
  Int64: "bigint", Text: "varchar", "Decimal<10, 2>": "decimal(10, 2)", Timestamp: "timestamptz", "Float64 | null": "double",
  Day: "date", Bool: "boolean", '"open" | "closed"': "varchar", Int32: "integer", Uuid: "uuid",
};

const typeOf = (index: number): (typeof types)[number] => types[index % types.length] ?? "Text";

function modelText(): string {
  const columns = Array.from({ length: columnsEach }, (_, index) => `  cast(null as ${spelling[typeOf(index)]}) as column_${index}`);
  return `select\n${columns.join(",\n")}\n`;
}

/** What we say of a table, as far as dbt has words for it. */
function propertiesText(number: number): string {
  const columns = Array.from({ length: columnsEach }, (_, index) => {
    const tests = [...(index === 0 ? ["unique", "not_null"] : []), ...(typeOf(index).startsWith('"open"') ? ["accepted_values: { arguments: { values: [open, closed] } }"] : [])];
    return `      - name: column_${index}\n        description: What number ${index} says of a thing.\n        data_type: ${spelling[typeOf(index)]}\n${tests.length === 0 ? "" : `        data_tests: [${tests.map((test) => (test.includes(":") ? `{ ${test} }` : test)).join(", ")}]\n`}`;
  });
  return `version: 2\nmodels:\n  - name: things${number}\n    description: Things of kind ${number}, one a row.\n    columns:\n${columns.join("")}`;
}

interface Manifest { readonly nodes: { readonly [id: string]: { readonly resource_type: string; readonly columns: object } } }

/** Writes the models of as many tables into `project`. */
export async function openDbt(project: string, tables: number): Promise<Peer> {
  const python = await installPackages("python-dbt", packages);
  mkdirSync(path.join(project, "models"), { recursive: true });
  writeFileSync(path.join(project, "dbt_project.yml"), "name: things\nversion: 1.0.0\nprofile: things\nflags: { send_anonymous_usage_stats: false }\n");
  writeFileSync(path.join(project, "profiles.yml"), "things:\n  target: dev\n  outputs:\n    dev: { type: duckdb, path: ':memory:' }\n");
  for (let number = 0; number < tables; number++) {
    writeFileSync(path.join(project, `models/things${number}.sql`), modelText());
    writeFileSync(path.join(project, `models/things${number}.yml`), propertiesText(number));
  }
  return {
    name: `dbt parse ${release}`,
    command: [path.join(python, "bin/python"), "-m", "dbt.cli.main", "parse", "--no-partial-parse", "--project-dir", ".", "--profiles-dir", "."],
    env: { DO_NOT_TRACK: "1" },
    made: "target",
    count() {
      const { nodes } = JSON.parse(readFileSync(path.join(project, "target/manifest.json"), "utf8")) as Manifest;
      const models = Object.values(nodes).filter((node) => node.resource_type === "model");
      return { tables: models.length, columns: models.reduce((sum, model) => sum + Object.keys(model.columns).length, 0) };
    },
  };
}
