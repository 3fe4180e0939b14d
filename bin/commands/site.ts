/** `neuralake site`: the static catalog, with what the lake beside it holds. */
import { relative, resolve } from "node:path";
import { durationText, pluralText } from "../amounts.ts";
import { addLakeCommand, type DefineCommand } from "../command.ts";
import { findProject, openProjectLake, type LakeOptions } from "../project.ts";
import { buildPages, siteFolder, writeFacts } from "../site-files.ts";

export const defineSite: DefineCommand = (program, terminal) => {
  addLakeCommand(program, {
    usage: "site",
    summary: "build the static catalog",
    examples: ["neuralake site --out public"],
  })
    .option("--out <dir>", "folder of the pages (else .neuralake/site, which `neuralake serve` serves)")
    .action(async (options: LakeOptions & { readonly out?: string }) => {
      const started = performance.now();
      const project = await findProject(options);
      await using lake = await openProjectLake(project);
      terminal.progress("reading the lake");
      const facts = await writeFacts(project, lake);
      terminal.signal.throwIfAborted();
      terminal.progress("building pages");
      const out = options.out === undefined ? siteFolder(project) : resolve(options.out);
      const { pages } = await buildPages(project, out, facts);
      if (terminal.json) return terminal.printJson({ out, pages });
      await terminal.print(`${pluralText(pages, "page")} in ${terminal.style.blue(relative(process.cwd(), out) || ".")}, ${durationText(performance.now() - started)}`);
    });
};
