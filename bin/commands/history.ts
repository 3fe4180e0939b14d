/** `neuralake history`: the versions of a table, newest first. */
import type { HistoryEntry } from "../../runtime/lake.ts";
import { countText } from "../amounts.ts";
import { addLakeCommand, type DefineCommand } from "../command.ts";
import { printTable } from "../listing.ts";
import { findProject, openTargetLake, resolveTarget, type LakeOptions } from "../project.ts";

export const defineHistory: DefineCommand = (program, terminal) => {
  addLakeCommand(program, {
    usage: "history <target>",
    summary: "list the versions of a table: when, what, how many rows and files",
    examples: ["neuralake history flights.departures"],
  }).action(async (target: string, options: LakeOptions) => {
    await using lake = await openTargetLake(await findProject(options), target);
    const entries = await lake.history(resolveTarget(target));
    if (terminal.json) return terminal.printJson(entries);
    await printTable(
      terminal,
      [{ title: "version", right: true, paint: terminal.style.blue }, { title: "when" }, { title: "what" }, { title: "rows", right: true }, { title: "files", right: true }],
      entries.map(({ version, timestamp, operation, operationMetrics }) => [
        String(version), timestamp ?? "unknown", operation ?? "unknown", metricText(rowsOf(operationMetrics ?? {})), metricText(filesOf(operationMetrics ?? {})),
      ]),
    );
  });
};

type Metrics = NonNullable<HistoryEntry["operationMetrics"]>;

/** Rows that a version added, gave new values or deleted: the rows that come out of a merge are also those that it left as they were. */
function rowsOf(metrics: Metrics): unknown {
  const merged = ["Inserted", "Updated", "Deleted"].flatMap((act) => metrics[`numTargetRows${act}`] ?? []);
  if (merged.length > 0) return merged.reduce<bigint>((sum, rows) => sum + BigInt(String(rows)), 0n);
  return metrics["numOutputRows"] ?? metrics["numUpdatedRows"] ?? metrics["numDeletedRows"];
}

/** Files that it wrote. */
function filesOf(metrics: Metrics): unknown {
  return metrics["numFiles"] ?? metrics["numAddedFiles"] ?? metrics["numTargetFilesAdded"];
}

/** Delta keeps metrics as texts of digits. */
function metricText(metric: unknown): string {
  return metric === undefined || metric === null ? "-" : countText(BigInt(String(metric)));
}
