/** `neuralake new`: the file of a new table as a careful author begins it. It compiles at once; what is to be said in it is left to say. */
import { Option } from "commander";
import type { Draft } from "../../compiler/emit/author-draft.ts";
import { authoredFiles, nearDatabase, readSources, tableNameOf, writeAuthored, type Authored } from "../authored-files.ts";
import { addCommand, type DefineCommand } from "../command.ts";
import { findProject } from "../project.ts";

const kinds = ["delta", "parquet", "csv", "json", "view"] as const;
type Kind = (typeof kinds)[number];

export const defineNew: DefineCommand = (program, terminal) => {
  addCommand(program, {
    usage: "new <table>",
    summary: "begin a table: write catalog/<database>/<table>.ts",
    examples: ["neuralake new rides.trips", "neuralake new rides.fares --kind csv"],
  })
    .addOption(new Option("--kind <kind>", "where its rows are").choices(kinds).default("delta"))
    .action(async (table: string, { kind }: { readonly kind: Kind }) => {
      const project = await findProject();
      const catalog = await readSources(project);
      const { database, name } = tableNameOf(table, catalog.databases.map((known) => known.name));
      const files = authoredFiles(project, catalog, [begun(database, name, kind)]);
      await writeAuthored(project, files, terminal.signal);
      const near = nearDatabase(database, catalog);
      if (near !== undefined) terminal.note(`${database} is a new database; if ${near} was meant, move the file into its folder`);
      if (terminal.json) return terminal.printJson({ table, kind, files: files.map(({ file }) => file), ...(near === undefined ? {} : { near }) });
      for (const { file } of files) await terminal.print(`${terminal.style.quiet("wrote")} ${file}`);
      await terminal.print(`say in it what a row is and which columns it has, then: neuralake compile${kind === "delta" ? " && neuralake apply" : ""}`);
    });
};

/** One column to begin with: a table has one at least. */
function begun(database: string, name: string, kind: Kind): Authored {
  const row = name.replaceAll("_", " ");
  const base: Draft = {
    database, name, doc: `One row of ${row}: what it is, and when there is one.`, source: sourceOf(kind, name), key: ["id"],
    columns: [{ name: "id", type: { kind: "int64" }, nullable: false, doc: "Tells one row from all others." }],
  };
  return { draft: kind === "view" ? { ...base, key: [] } : base, notes: notes[kind] };
}

function sourceOf(kind: Kind, name: string): Draft["source"] {
  if (kind === "delta") return { kind };
  if (kind === "parquet") return { kind, location: `data/${name}.parquet` };
  if (kind === "csv") return { kind, location: `data/${name}.csv`, header: true, delimiter: ",", nulls: [""] };
  if (kind === "json") return { kind, location: `data/${name}.ndjson`, lines: true };
  return { kind, declared: true, sql: { parts: ["SELECT 1 AS id"], place: { file: "", line: 1, column: 1, length: 0 } } };
}

const columns = [
  "A column is a line, `city: Text;`, with `| null` where it may be absent. Types: Int8 to Int64, Float32, Float64, Decimal<10, 2>,",
  "Text, Bool, Bytes, Uuid, Day, Timestamp, LocalTimestamp, \"one\" | \"of\" | \"these\", Text[], Record<string, Text>, { x: Float64 }.",
];
const stored = [...columns, "Words before it say more: @unit(\"EUR\"), @between(0, 100), @matches(/^[A-Z]+$/), @unique(), @pii(\"email\"), @references(() => Cities, \"id\")."];

const notes: { readonly [K in Kind]: readonly string[] } = {
  delta: [...stored, "@partition() and @cluster() say how rows lie in files. In @deltaTable({ … }): owner, layer, freshness, retain, tags, location."],
  parquet: [...stored, "@from(\"Name in the file\") finds a column under another name. The location may be a glob."],
  csv: [...stored, "@from(\"Name in the file\") finds a column under another name. In @csvTable({ … }): header, delimiter, nulls."],
  json: [...stored, "@from(\"path.in.the.record\") finds a column under another name. Without lines: true a file is one array."],
  view: [...columns, "A table of the catalog is read through a parameter: static query(t = columns(Trips)) { return sql`SELECT ${t.id} FROM ${t}`; }"],
};
