/** `neuralake ingest`: messages of Kafka become rows of the tables they feed, until Ctrl-C. */
import type { IngestEvent } from "../../runtime/ingest/ingest.ts";
import { describeFailure, Failure } from "../../runtime/values/failure.ts";
import { pluralText } from "../amounts.ts";
import { addLakeCommand, type DefineCommand } from "../command.ts";
import { feedAll, feedNamed, fedTables, type FeedOne } from "../fed-tables.ts";
import { followFeed } from "../followed-feed.ts";
import type { FollowedLake } from "../followed-lake.ts";
import { processMetrics } from "../parent-process.ts";
import { findProject, type LakeOptions, type Project } from "../project.ts";
import { errorStyle, type Terminal } from "../terminal.ts";
import { followProject } from "./serve.ts";

interface Options extends LakeOptions { readonly fromEarliest?: boolean }

export const defineIngest: DefineCommand = (program, terminal) => {
  addLakeCommand(program, {
    usage: "ingest [tables...]",
    summary: "feed tables from their Kafka topics until Ctrl-C; all that are fed when none is named",
    examples: ["neuralake ingest", "NEURALAKE_KAFKA_BROKERS=localhost:9092 neuralake ingest rides.trip_events"],
  })
    .option("--from-earliest", "where the broker has lost messages that were not taken, leave them out and go on at its oldest")
    .action(async (named: string[], options: Options) => {
      const project = await findProject(options);
      if (project.brokers.length === 0) throw new Failure("CONFIG_INVALID", "No brokers are configured.", { hint: "Set NEURALAKE_KAFKA_BROKERS=host:port, or kafka: { brokers: [\"host:port\"] } in neuralake.config.ts." });
      await using followed = await followProject(project, terminal);
      const feed = await feeder(project, followed, named.length === 0, options, terminal);
      if (named.length > 0) return await feedNamed(resolved(followed, named), feed, terminal.signal);
      if (fedTables(followed).length === 0) throw new Failure("TABLE_NOT_FED", "No table of the catalog is fed by a topic.", { hint: "Put @fromKafka({ topic: \"…\", format: \"json\" }) over a class under @deltaTable(), and compile." });
      await feedAll(followed, feed, terminal.signal);
    });
};

/** What feeds one table, told and counted; `forever` for all of a catalog, whose topics may come later. */
async function feeder({ brokers }: Project, followed: FollowedLake, forever: boolean, { fromEarliest = false }: Options, terminal: Terminal): Promise<FeedOne> {
  const { ingest } = await import("../../runtime/ingest/ingest.ts");
  const { ingest: metrics } = await processMetrics("ingest");
  const tell = teller(terminal);
  return (table, signal) => ingest(table, () => followFeed(followed, table), { brokers, signal, tell, metrics, forever, fromEarliest });
}

/** The names as the catalog spells them; TABLE_NOT_FOUND and TABLE_NOT_FED for any that it does not feed. */
function resolved(followed: FollowedLake, names: readonly string[]): readonly string[] {
  const edition = followed.take();
  try {
    return [...new Set(names.map((name) => edition.lake.feed(name).name))];
  } finally {
    followed.giveBack(edition);
  }
}

/** Lines of JSON, all of them; for people only what they should know, and how it goes on a terminal. */
function teller(terminal: Terminal): (event: IngestEvent) => void {
  const totals = new Map<string, { rows: number; dead: number }>();
  return (event) => {
    if (terminal.json) return void terminal.write(`${JSON.stringify(jsonOf(event))}\n`);
    const { blue, coral, quiet } = errorStyle();
    const table = blue(event.table);
    switch (event.kind) {
      case "owns": return terminal.note(`${table} ${quiet(`reads ${pluralText(event.partitions.length, "partition")} of ${event.topic}`)}`);
      case "waiting": return terminal.note(`${table} ${coral("waits")}: ${event.reason}`);
      case "resumed": return terminal.note(`${table} ${quiet("goes on")}`);
      case "failed": return terminal.note(`${table} ${coral("cannot be fed")}: ${event.error.message} ${quiet(event.error.hint ?? "")}`);
      case "warned": return terminal.note(`${table}: ${coral(`${pluralText(event.rows, "row")} failed the check ${event.check} and ${event.rows === 1 ? "was" : "were"} kept`)}`);
      case "committed": {
        const total = totals.getOrInsertComputed(event.table, () => ({ rows: 0, dead: 0 }));
        total.rows += event.rows;
        total.dead += event.dead;
        terminal.progress(`${event.table}  ${pluralText(total.rows, "row")}, ${pluralText(total.dead, "dead letter")}, lag ${event.lag}`);
      }
    }
  };
}

function jsonOf(event: IngestEvent): object {
  return event.kind === "failed" ? { ...event, error: describeFailure(event.error) } : event;
}
