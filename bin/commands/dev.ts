/**
 * `neuralake dev`: the one command of a working day. Watches the catalog, compiles it, serves the lake and the site, and has open pages
 * follow: newer pages load by themselves, an error stands over them, and the last good state keeps serving.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { InvalidArgumentError } from "commander";
import { describeChange } from "../../compiler/plan/change.ts";
import { Failure } from "../../runtime/values/failure.ts";
import { durationText, pluralText } from "../amounts.ts";
import { CatalogErrors, frameText } from "../catalog-errors.ts";
import { addLakeCommand, wholeNumber, type DefineCommand } from "../command.ts";
import type { FollowedLake } from "../followed-lake.ts";
import { openLiveFeed, type ToldFeed } from "../live-feed.ts";
import { findProject, openProjectLake, type LakeOptions, type Project } from "../project.ts";
import { reportProblem } from "../report.ts";
import { buildPages, siteFolder, writeFacts } from "../site-files.ts";
import { errorStyle, type Terminal } from "../terminal.ts";
import { compileWhileWatched, type CompileOutcome } from "../watched-compile.ts";
import { applyChanges } from "./apply.ts";
import { planChanges } from "./plan.ts";
import { addressLines, followProject, openProjectServer, type Address, type ProjectServer } from "./serve.ts";

interface Options extends LakeOptions, Address { readonly apply?: boolean }

export const defineDev: DefineCommand = (program, terminal) => {
  addLakeCommand(program, {
    usage: "dev",
    summary: "watch, compile, serve and show the site, all together, until Ctrl-C",
    examples: ["neuralake dev", "neuralake dev --port 9000 --apply"],
  })
    .option("--port <n>", "port to listen on; where it is taken, a free one", wholeNumber(0, 65_535), 8080)
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--apply", "make the tables of a local lake follow where nothing breaks: new tables and columns, comments; else the plan is shown")
    .action(async (options: Options) => {
      const project = await findProject(options);
      if (options.apply === true && project.root.includes("://")) throw new InvalidArgumentError(`error: --apply is for a local lake, and this one is at ${project.root}\n\`neuralake apply\` changes any`);
      await runDay(project, options, terminal);
    });
};

/** What runs once there was something that compiles. */
interface Day { readonly followed: FollowedLake; readonly server: ProjectServer; readonly site: { build(): void; ended(): Promise<void> } }

async function runDay(first: Project, options: Options, terminal: Terminal): Promise<void> {
  const feed = openLiveFeed();
  let day: Day | undefined;
  try {
    // What was compiled before serves until there is newer, also while the catalog has errors.
    if (existsSync(join(first.generatedDir, "catalog.json"))) day = await startDay(first, options, feed, terminal);
    await compileWhileWatched(first, {
      check: false, signal: terminal.signal, find: () => findProject(options),
      async heard(outcome) {
        if (day !== undefined && outcome.project !== first && !("error" in outcome)) terminal.note("the configuration changed: where the lake lies and what is served stays as it was until `neuralake dev` starts again");
        const changed = await tellOutcome(outcome, feed, terminal);
        if (!changed || terminal.signal.aborted) return;
        await followCatalog(outcome.project, options, terminal);
        day ??= await startDay(outcome.project, options, feed, terminal);
        day.site.build();
      },
    });
    terminal.note("stopping");
  } finally {
    await day?.server.close();
    await day?.site.ended();
    await day?.followed[Symbol.asyncDispose]();
  }
}

async function startDay(project: Project, options: Options, feed: ToldFeed, terminal: Terminal): Promise<Day> {
  const followed = await followProject(project, terminal);
  const listen = (port: number): Promise<ProjectServer> => openProjectServer(project, { editions: followed, live: feed }, { host: options.host, port });
  try {
    const server = await listen(options.port).catch((error: unknown) => {
      if (!(error instanceof Failure && error.code === "UNAVAILABLE")) throw error;
      terminal.note(`port ${options.port} is taken; a free one is used`);
      return listen(0);
    });
    if (terminal.json) await terminal.write(`${JSON.stringify({ url: server.url })}\n`);
    else for (const line of addressLines({ ...server, site: true }, terminal)) await terminal.print(line);
    return { followed, server, site: openSite(project, followed, feed, terminal) };
  } catch (error) {
    await followed[Symbol.asyncDispose]();
    throw error;
  }
}

/** Tells what came of a compile, in the terminal and to open pages; whether there is something new to show. */
async function tellOutcome(outcome: CompileOutcome, feed: ToldFeed, terminal: Terminal): Promise<boolean> {
  try {
    if ("error" in outcome) throw outcome.error;
    const { compiled: { catalog, diagnostics, written, removed }, ms, project } = outcome;
    if (diagnostics.some(({ severity }) => severity === "error")) throw new CatalogErrors(diagnostics, project.folder, errorStyle().blue("x") !== "x");
    feed.problem();
    const tables = catalog.databases.reduce((sum, database) => sum + database.tables.length, 0);
    if (terminal.json) await terminal.write(`${JSON.stringify({ tables, written, removed })}\n`);
    else terminal.note(`${errorStyle().quiet("compiled")} ${pluralText(tables, "table")}, ${pluralText(written.length + removed.length, "file")} changed, ${durationText(ms)}`);
    if (diagnostics.length > 0) terminal.note(frameText(diagnostics, project.folder, errorStyle().blue("x") !== "x").trimEnd());
    return true;
  } catch (error) {
    if (terminal.signal.aborted) return false;
    feed.problem(error instanceof CatalogErrors ? frameText(error.diagnostics, outcome.project.folder, false).trimEnd() : String(error instanceof Error ? error.message : error));
    await reportProblem(error, terminal);
    return false;
  }
}

/** Shows what the lake lacks; with `--apply` it is made so, where nobody who reads it has to change. */
async function followCatalog(project: Project, { apply }: Options, terminal: Terminal): Promise<void> {
  try {
    await using lake = await openProjectLake(project);
    const { changes } = await planChanges(lake, project);
    if (changes.length === 0) return;
    const gentle = changes.every(({ risk }) => risk === "safe" || risk === "additive");
    for (const change of changes) terminal.note(`${errorStyle().quiet(apply === true && gentle ? "applied" : "planned")}  ${describeChange(change)}  ${errorStyle().quiet(change.risk)}`);
    if (apply === true && gentle) await applyChanges(lake, project, { signal: terminal.signal });
    else terminal.note(errorStyle().quiet(gentle ? "`neuralake apply` makes them, and so does `neuralake dev --apply`" : "`neuralake plan` says more, `neuralake apply` makes them"));
  } catch (error) {
    if (!terminal.signal.aborted) await reportProblem(error, terminal);
  }
}

/** Builds the pages whenever asked, one build at a time: who asks while one runs has another after it. */
function openSite(project: Project, followed: FollowedLake, feed: ToldFeed, terminal: Terminal): Day["site"] {
  let running: Promise<void> | undefined;
  let again = false;
  const buildOnce = async (): Promise<void> => {
    const edition = followed.take();
    try {
      await buildPages(project, siteFolder(project), await writeFacts(project, edition.lake));
      feed.pagesCame();
    } catch (error) {
      if (!terminal.signal.aborted) terminal.note(`The site was not built: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      followed.giveBack(edition);
    }
  };
  const run = async (): Promise<void> => {
    do {
      again = false;
      await buildOnce();
    } while (again && !terminal.signal.aborted);
    running = undefined;
  };
  return {
    build() {
      again = true;
      running ??= run();
    },
    ended: async () => await running,
  };
}
