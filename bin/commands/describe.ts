/** `neuralake describe`: what a table is made of, down to its protocol and properties. */
import { ageText, bytesText, countText, pluralText } from "../amounts.ts";
import { addLakeCommand, asOfFrom, asOfOptions, type AsOfOptions, type DefineCommand } from "../command.ts";
import { declaredTable, printDeclared } from "../declared-table.ts";
import { printFacts, printTable } from "../listing.ts";
import { findProject, openTargetLake, resolveTarget, type LakeOptions } from "../project.ts";
import { freshnessText, goalsOf } from "../table-status.ts";
import type { Description, Lake } from "../../runtime/lake.ts";

export const defineDescribe: DefineCommand = (program, terminal) => {
  const command = addLakeCommand(program, {
    usage: "describe <target>",
    summary: "show schema, protocol, properties and size of a table",
    examples: ["neuralake describe flights.departures", "neuralake describe ./some/delta/table --version 3 --json"],
  });
  for (const option of asOfOptions()) command.addOption(option);
  command.action(async (target: string, options: LakeOptions & AsOfOptions) => {
    await using lake = await openTargetLake(await findProject(options), target);
    const asOf = asOfFrom(options);
    const declared = asOf === undefined ? declaredTable(lake.catalog, target) : undefined;
    if (declared !== undefined) return printDeclared(declared, terminal);
    const description = await lake.describe(resolveTarget(target), asOf);
    if (terminal.json) return terminal.printJson(description);
    const goalMs = description.name === undefined ? undefined : goalsOf(lake.catalog).get(description.name);
    const refreshed = asOf === undefined ? await refreshedOf(lake, description.name) : undefined;
    await printFacts(terminal, [...factsOf(description), ["refreshed", refreshed], ["freshness", goalMs === undefined || asOf !== undefined ? undefined : freshnessOf(description, goalMs)]]);
    await terminal.print();
    const { fields } = description.metadata.schema as DeltaStruct;
    await printTable(
      terminal,
      [{ title: "column", paint: terminal.style.strong }, { title: "type" }, { title: "null" }, { title: "comment", paint: terminal.style.quiet }],
      fields.map((field) => [field.name, typeText(field.type), field.nullable ? "yes" : "no", String(field.metadata["comment"] ?? "").split("\n")[0] ?? ""]),
    );
  });
};

/** How a materialized view stands; undefined for any other table. */
async function refreshedOf(lake: Lake, name: string | undefined): Promise<string | undefined> {
  if (name === undefined || !lake.materialized.includes(name)) return undefined;
  const { rows, refreshed } = await lake.refreshed(name);
  if (rows === "none") return "never";
  const when = refreshed === null ? "at a time that the log does not tell" : ageText(Math.max(0, Date.now() - refreshed));
  return rows === "outdated" ? `${when}, for another query than the catalog has` : when;
}

function freshnessOf({ timestamp }: Description, goalMs: number): string {
  const ageMs = Math.max(0, Date.now() - Date.parse(timestamp));
  return `${freshnessText({ ageMs, goalMs })}${ageMs > goalMs ? ": stale" : ""}`;
}

/** A Delta schema (protocol: Schema Serialization Format), as far as it is printed. */
interface DeltaStruct { readonly fields: readonly { readonly name: string; readonly type: unknown; readonly nullable: boolean; readonly metadata: { readonly [key: string]: unknown } }[] }

function factsOf(description: Description): [string, string | undefined][] {
  const { protocol, metadata } = description;
  const features = [...new Set([...(protocol.readerFeatures ?? []), ...(protocol.writerFeatures ?? [])])];
  return [
    ["name", description.name],
    ["location", description.location],
    ["description", metadata.description ?? undefined],
    ["version", `${description.version} of ${description.timestamp}`],
    ["rows", description.rows === null ? "unknown: a file has no numRecords" : countText(description.rows)],
    ["files", countText(description.files)],
    ["bytes", bytesText(description.bytes)],
    ["partitioned by", metadata.partitionColumns.join(", ")],
    ["protocol", `reader ${protocol.minReaderVersion}, writer ${protocol.minWriterVersion}${features.length === 0 ? "" : `, ${features.join(", ")}`}`],
    ["properties", Object.entries(metadata.configuration).map(([name, value]) => `${name}=${value}`).join(", ")],
    ["pays", description.hints.map((hint) => hintText(description.name ?? description.location, hint)).join("\n")],
    ["transactions", Object.keys(description.transactions).length === 0 ? undefined : countText(Object.keys(description.transactions).length)],
  ];
}

/** `9,812 small files of 137 MB (mean 14.0 kB) would become 2: neuralake optimize flights.live`. */
function hintText(target: string, { command, reason, counts: { files = 0, bytes = 0, becoming, rows, commits } }: Description["hints"][number]): string {
  const [run, ...flags] = command.split(" ");
  const why = commits !== undefined ? `${countText(commits)} ${reason}` : rows !== undefined ? `${pluralText(rows, "deleted row")} in ${pluralText(files, "file")} of ${bytesText(bytes)}` : `${countText(files)} ${reason}, ${bytesText(bytes)} (mean ${bytesText(Math.round(bytes / Math.max(1, files)))})${becoming === undefined ? "" : `, would become ${countText(becoming)}`}`;
  return `${why}: neuralake ${[run, target, ...flags].join(" ")}`;
}

/** A Delta type as one short text: `decimal(10,2)`, `array<long>`. */
function typeText(type: unknown): string {
  if (typeof type === "string") return type;
  const node = type as { type: string; elementType?: unknown; keyType?: unknown; valueType?: unknown; fields?: { name: string; type: unknown }[] };
  if (node.type === "array") return `array<${typeText(node.elementType)}>`;
  if (node.type === "map") return `map<${typeText(node.keyType)}, ${typeText(node.valueType)}>`;
  return `struct<${(node.fields ?? []).map((field) => `${field.name}: ${typeText(field.type)}`).join(", ")}>`;
}
