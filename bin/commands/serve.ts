/** `neuralake serve`: the lake over HTTP, and beside it the site when it was built. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Edition, Editions, ServingOptions } from "../../runtime/server/server.ts";
import { addLakeCommand, wholeNumber, type DefineCommand } from "../command.ts";
import { followLake, type FollowedLake } from "../followed-lake.ts";
import { findProject, type LakeOptions, type Project } from "../project.ts";
import { siteFolder, writeFacts } from "../site-files.ts";
import { errorStyle, untilAborted, type Terminal } from "../terminal.ts";

export interface Address { readonly host: string; readonly port: number }

export const defineServe: DefineCommand = (program, terminal) => {
  addLakeCommand(program, {
    usage: "serve",
    summary: "serve the lake over HTTP until Ctrl-C",
    examples: ["neuralake serve --port 8080", 'curl http://127.0.0.1:8080/sql -d "SELECT count(*) AS n FROM flights.departures"'],
  })
    .option("--port <n>", "port to listen on; 0 takes a free one", wholeNumber(0, 65_535), 8080)
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .action(async (options: LakeOptions & Address) => {
      const project = await findProject(options);
      await using followed = await followProject(project, terminal);
      await serveUntilStopped(project, { editions: followed }, options, terminal, () => refreshFacts(project, followed, terminal));
    });
};

/** The project's lake, followed; what is taken is told on stderr, once for all processes of `neuralake up`. */
export function followProject(project: Project, terminal: Terminal): Promise<FollowedLake> {
  return followLake(project, { note: (line) => (process.send === undefined ? terminal.note(errorStyle().quiet(line)) : undefined) });
}

/** Facts for the next build of the site, gathered while the server answers; Ctrl-C does not wait for them. */
export async function refreshFacts(project: Project, followed: FollowedLake, terminal: Terminal): Promise<void> {
  const edition = followed.take();
  const written = writeFacts(project, edition.lake)
    .catch((error: unknown) => {
      if (!terminal.signal.aborted) terminal.note(`The facts for the site could not be gathered: ${String(error)}`);
    })
    .finally(() => followed.giveBack(edition));
  await Promise.race([written, untilAborted(terminal.signal)]);
}

/** Serves until the terminal's signal, and does something `meanwhile`; returns when the last reply is out. */
export async function serveUntilStopped(project: Project, served: Served, { host, port }: Address, terminal: Terminal, meanwhile: () => Promise<void> = () => Promise.resolve()): Promise<void> {
  const server = await openProjectServer(project, served, { host, port });
  if (terminal.json) await terminal.printJson({ url: server.url, site: server.site });
  else for (const line of addressLines(server, terminal)) await terminal.print(line);
  await Promise.all([untilAborted(terminal.signal), meanwhile()]);
  terminal.note("stopping");
  await server.close();
}

/** What is served: one edition, or several in turn; and where it is counted. */
export type Served = (Edition | { readonly editions: Editions }) & Pick<ServingOptions, "metrics" | "beside" | "live">;

/** `site`: whether the pages are built already; they are served from then on when they come later. */
export interface ProjectServer { readonly url: string; readonly site: boolean; close(): Promise<void> }

/** Listens, with the project's pages beside the API. */
export async function openProjectServer(project: Project, served: Served, { host, port }: Address): Promise<ProjectServer> {
  const site = siteFolder(project);
  const { openServer } = await import("../../runtime/server/server.ts");
  return { ...await openServer({ ...served, host, port, site, folders: [project.root, project.folder] }), site: existsSync(join(site, "index.html")) };
}

/** Where it answers, for people. */
export function addressLines({ url, site }: ProjectServer, { style }: Terminal): string[] {
  const [name, value] = [style.quiet, style.blue];
  return [
    `${name("api ")}  ${value(url)}`,
    `${name("docs")}  ${value(`${url}/docs`)}`,
    `${name("site")}  ${site ? value(`${url}/`) : name("not built; `neuralake site` builds it")}`,
    name("Ctrl-C ends it"),
  ];
}
