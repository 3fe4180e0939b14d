/** `neuralake lineage`: what columns are made of and what is made of them, as the compiler knows it from the SQL; also as OpenLineage events. */
import { Option } from "commander";
import { openLineageEvents } from "../../compiler/emit/openlineage.ts";
import type { Catalog } from "../../compiler/ir/catalog.ts";
import { indexLineage, whyUnknown } from "../../compiler/ir/lineage-graph.ts";
import { allTables, fullName } from "../../compiler/ir/names.ts";
import { addCommand, type DefineCommand } from "../command.ts";
import { readCatalog } from "../compiled-project.ts";
import { graphText, lineageTarget, type LineageTarget } from "../lineage-text.ts";
import { packageVersion } from "../package-root.ts";
import { findProject, readProjectName } from "../project.ts";
import type { Terminal } from "../terminal.ts";

interface LineageOptions { readonly up?: true; readonly down?: true; readonly format?: "openlineage"; readonly namespace?: string }

export const defineLineage: DefineCommand = (program, terminal) => {
  addCommand(program, {
    usage: "lineage [target]",
    summary: "what columns are made of, and what is made of them",
    examples: ["neuralake lineage flights.daily_delays", "neuralake lineage flights.departures.delay --down", "neuralake lineage --format openlineage"],
  })
    .option("--up", "only what it is made of")
    .option("--down", "only what is made of it")
    .addOption(new Option("--format <format>", "OpenLineage events, one a line: of each table that SQL makes, or of the target").choices(["openlineage"]))
    .option("--namespace <name>", "OpenLineage's namespace of the tables (else the project's name)")
    .action(async (target: string | undefined, options: LineageOptions) => {
      const project = await findProject();
      const catalog = await readCatalog(project.generatedDir);
      const found = target === undefined ? undefined : lineageTarget(catalog, target);
      if (options.format === "openlineage") return await printEvents(terminal, catalog, found, options.namespace ?? await readProjectName(project) ?? "neuralake");
      await printLineage(terminal, catalog, found, options);
    });
};

async function printEvents(terminal: Terminal, catalog: Catalog, target: LineageTarget | undefined, namespace: string): Promise<void> {
  const facts = { namespace, producer: `https://www.npmjs.com/package/neuralake/v/${packageVersion()}`, time: new Date().toISOString() };
  for (const event of openLineageEvents(catalog, (table) => target === undefined || fullName(table) === target.table, facts)) await terminal.write(`${JSON.stringify(event)}\n`);
}

async function printLineage(terminal: Terminal, catalog: Catalog, target: LineageTarget | undefined, { up, down }: LineageOptions): Promise<void> {
  const index = indexLineage(catalog);
  const directions = up === down ? ["up", "down"] as const : up === true ? ["up"] as const : ["down"] as const;
  const targets = target === undefined ? allTables(catalog).map((table) => ({ table: fullName(table), columns: table.columns.map(({ name }) => name) })) : [target];
  const graphs = targets.map(({ table, columns }) => {
    const asked = columns.map((column) => ({ table, column }));
    return { table, columns, ...Object.fromEntries(directions.map((direction) => [direction, index[direction](asked)])) as { up?: ReturnType<typeof index.up>; down?: ReturnType<typeof index.down> } };
  });
  if (terminal.json) return terminal.printJson(target === undefined ? graphs : graphs[0]);
  const tables = new Map(allTables(catalog).map((table) => [fullName(table), table]));
  for (const graph of graphs) for (const line of graphText(graph, ({ table, column }) => whyUnknown(tables.get(table), column), terminal.style)) await terminal.print(line);
}
