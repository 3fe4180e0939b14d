/** `neuralake up`: the server, and beside it the processes that feed and keep the tables: ingest, refresh, compact, vacuum. One line a table says how it stands. */
import type { Lake } from "../../runtime/lake.ts";
import { addLakeCommand, timeLength, wholeNumber, type DefineCommand } from "../command.ts";
import type { FollowedLake } from "../followed-lake.ts";
import { startBeside, type BesideOptions, type ProcessesBeside } from "../processes-beside.ts";
import { findProject, type Project } from "../project.ts";
import { untilAborted, type Terminal } from "../terminal.ts";
import { addressLines, followProject, openProjectServer, refreshFacts, type Address, type ProjectServer } from "./serve.ts";

type Options = BesideOptions & Address;

export const defineUp: DefineCommand = (program, terminal) => {
  addLakeCommand(program, {
    usage: "up",
    summary: "serve the lake, feed its tables from Kafka, refresh, compact and vacuum them, until Ctrl-C",
    examples: ["neuralake up --port 8080", "NEURALAKE_KAFKA_BROKERS=localhost:9092 neuralake up"],
  })
    .option("--port <n>", "port to listen on; 0 takes a free one", wholeNumber(0, 65_535), 8080)
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--vacuum-every <time>", "how often files that no version needs are removed", timeText, "1h")
    .action(async (options: Options) => {
      const project = await findProject(options);
      await using followed = await followProject(project, terminal);
      await runTogether(project, followed, options, terminal);
    });
};

/** Listens first: a port that is taken ends the command before anything else is started. */
async function runTogether(project: Project, followed: FollowedLake, options: Options, terminal: Terminal): Promise<void> {
  const { createMetrics } = await import("../../runtime/governance/metrics.ts");
  let beside: ProcessesBeside | undefined;
  const server = await openProjectServer(project, { editions: followed, metrics: createMetrics("server"), beside: () => beside?.snapshots() ?? [] }, options);
  try {
    await tellAddress(server, terminal);
    beside = startBeside(project, options, terminal);
    await Promise.all([untilAborted(terminal.signal), refreshFacts(project, followed, terminal), tellUntilStopped(followed, beside, terminal)]);
    terminal.note("stopping");
  } finally {
    await Promise.all([server.close(), beside?.stop()]);
  }
}

async function tellAddress(server: ProjectServer, terminal: Terminal): Promise<void> {
  if (terminal.json) await terminal.write(`${JSON.stringify({ url: server.url, site: server.site })}\n`);
  else for (const line of addressLines(server, terminal)) await terminal.print(line);
}

async function tellUntilStopped(followed: FollowedLake, beside: ProcessesBeside, terminal: Terminal): Promise<void> {
  const { tellTables } = await import("../told-tables.ts");
  const withLake = async <T>(look: (lake: Lake) => Promise<T>): Promise<T> => {
    const edition = followed.take();
    try {
      await beside.suit(edition.lake.catalog);
      return await look(edition.lake);
    } finally {
      followed.giveBack(edition);
    }
  };
  await tellTables(withLake, beside.snapshots, terminal);
}

/** A length of time, as the command that is told it reads it again. */
function timeText(text: string): string {
  timeLength(text);
  return text;
}
