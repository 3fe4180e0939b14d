/** `neuralake import`: tables that are there become files of the catalog, as a careful author would have written them; a plan then shows no change. */
import { InvalidArgumentError } from "commander";
import type { Catalog } from "../../compiler/ir/catalog.ts";
import { authoredFiles, nearDatabase, readSources, writeAuthored } from "../authored-files.ts";
import { addLakeCommand, type DefineCommand } from "../command.ts";
import { importDelta, type Imported } from "../imported-table.ts";
import { findProject, type LakeOptions, type Project } from "../project.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends LakeOptions { readonly as?: string; readonly header: boolean; readonly postgres?: string }

export const defineImport: DefineCommand = (program, terminal) => {
  addLakeCommand(program, {
    usage: "import <target...>",
    summary: "declare tables that are there: write the files of the catalog that say what they are",
    examples: ["neuralake import ./lake/rides/trips", "neuralake import data/orders.csv --as shop.orders", "neuralake import s3://bucket/warehouse/orders --as shop.old_orders", "neuralake import 's3://bucket/sales/**/*.parquet' --as shop.sales", "neuralake import office.customers --postgres main --as shop.customers", "neuralake import 'office.*' --postgres main"],
  })
    .option("--as <database.table>", "what the table is to be called (else the last two names of its path); database.* for several")
    .option("--no-header", "CSV files whose first line is a row already: their columns are numbered")
    .option("--postgres <connection>", "the targets are tables, schema.table or schema.*, of this server of neuralake.config.ts")
    .action(async (targets: readonly string[], options: Options) => {
      const project = await findProject(options);
      const catalog = await readSources(project);
      const imported = await importAll(project, catalog, targets, options, terminal);
      const files = authoredFiles(project, catalog, imported.map(({ authored }) => authored));
      await writeAuthored(project, files, terminal.signal);
      for (const { table, authored, warnings } of imported) {
        const near = nearDatabase(authored.draft.database, catalog);
        if (near !== undefined) terminal.note(`${authored.draft.database} is a new database; if ${near} was meant, move the file into its folder`);
        for (const warning of warnings) terminal.note(`${table}: ${warning}`);
      }
      if (terminal.json) return terminal.printJson({ tables: imported.map(({ target, table, authored, warnings }) => ({ target, table, kind: authored.draft.source.kind, columns: authored.draft.columns.length, warnings })), files: files.map(({ file }) => file) });
      for (const { file } of files) await terminal.print(`${terminal.style.quiet("wrote")} ${file}`);
      await terminal.print("read what they say, add what only you know (keys, units, whose data it is), then: neuralake compile");
    });
};

async function importAll(project: Project, catalog: Catalog, targets: readonly string[], { as, header, postgres }: Options, terminal: Terminal): Promise<readonly Imported[]> {
  const several = as !== undefined && !as.endsWith(".*");
  const oneName = (count: number): void => {
    if (several && count > 1) throw new InvalidArgumentError("error: option '--as' names one table, and there are several\nimport them one by one, or say --as 'database.*'; a pattern of files goes in quotes");
  };
  oneName(targets.length);
  if (postgres !== undefined) {
    if (postgres.includes("/")) throw new InvalidArgumentError("error: option '--postgres' takes the name of a connection\nneuralake.config.ts says where it leads: postgres: { main: { host: \"localhost\", database: \"shop\" } }.");
    if (!header) throw new InvalidArgumentError("error: option '--no-header' is about CSV files, and '--postgres' about tables of a server\nimport them one by one");
    terminal.progress(`looking at ${targets.join(", ")} of ${postgres}`);
    const { importPostgres } = await import("../imported-postgres.ts");
    const imported = await importPostgres(project, postgres, targets, as, catalog, terminal.signal);
    oneName(imported.length);
    return imported;
  }
  const { importFiles, isFiles } = await import("../imported-files.ts");
  const databases = catalog.databases.map(({ name }) => name);
  const imported: Imported[] = [];
  for (const target of targets) {
    terminal.signal.throwIfAborted();
    terminal.progress(`looking at ${target}`);
    imported.push(isFiles(target) ? await importFiles(project, target, as, databases, header) : await importDelta(project, target, as, databases));
  }
  return imported;
}
