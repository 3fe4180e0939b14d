/** `neuralake import`: tables that are there become files of the catalog, as a careful author would have written them; a plan then shows no change. */
import { InvalidArgumentError } from "commander";
import { authoredFiles, nearDatabase, readSources, writeAuthored } from "../authored-files.ts";
import { addLakeCommand, type DefineCommand } from "../command.ts";
import { importDelta, importFiles, isFiles, type Imported } from "../imported-table.ts";
import { findProject, type LakeOptions } from "../project.ts";

interface Options extends LakeOptions { readonly as?: string }

export const defineImport: DefineCommand = (program, terminal) => {
  addLakeCommand(program, {
    usage: "import <target...>",
    summary: "declare tables that are there: write the files of the catalog that say what they are",
    examples: ["neuralake import ./lake/rides/trips", "neuralake import data/orders.csv --as shop.orders", "neuralake import s3://bucket/warehouse/orders --as shop.old_orders"],
  })
    .option("--as <database.table>", "what the table is to be called (else the last two names of its path)")
    .action(async (targets: readonly string[], options: Options) => {
      if (options.as !== undefined && targets.length > 1) throw new InvalidArgumentError("error: option '--as' names one table, and there are several\nimport them one by one; a pattern of files goes in quotes");
      const project = await findProject(options);
      const catalog = await readSources(project);
      const imported: Imported[] = [];
      for (const target of targets) {
        terminal.signal.throwIfAborted();
        terminal.progress(`looking at ${target}`);
        imported.push(await (isFiles(target) ? importFiles : importDelta)(project, target, options.as, catalog.databases.map(({ name }) => name)));
      }
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
