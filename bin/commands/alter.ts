/** `neuralake alter`: the columns, properties and constraints of a table become others, all in one version, and no data file is touched. */
import { InvalidArgumentError } from "commander";
import { addLakeCommand, type DefineCommand } from "../command.ts";
import { pluralText } from "../amounts.ts";
import { findProject, openTargetLake, resolveTarget, type LakeOptions } from "../project.ts";
import type { Alteration } from "../../runtime/lake.ts";

export const defineAlter: DefineCommand = (program, terminal) => {
  // In the order in which they are given, whichever they are.
  const given: Alteration[] = [];
  const take = (read: (text: string) => Alteration) => (text: string): true => {
    given.push(read(text));
    return true;
  };
  const command = addLakeCommand(program, {
    usage: "alter <target>",
    summary: "alter the columns, properties and constraints of a table, all at once",
    examples: [
      "neuralake alter ./some/delta/table --add \"trips.note string\" --rename city=town --widen seats=bigint --comment \"town=Where it began\"",
      "neuralake alter s3://bucket/table --check \"fair=fare >= 0\" --not-null id --set delta.enableDeletionVectors=true --json",
    ],
  })
    .option("--add <column type>", "a new column, or a field of an object, in the words of Spark's SQL: \"trips.note string\"", take(added))
    .option("--rename <column=name>", "another name; the table maps its columns from then on", take(assigned((column, to) => ({ kind: "rename", column, to }))))
    .option("--drop <column>", "a column or a field goes, and what files have of it is read no more", take((column) => ({ kind: "drop", column })))
    .option("--widen <column=type>", "a type that has all values of the old one: int to bigint, float to double, a decimal of more digits, …", take(assigned((column, type) => ({ kind: "widen", column, type }))))
    .option("--not-null <column>", "no row lacks it from now on, and none that is there does", take((column) => ({ kind: "notNull", column })))
    .option("--nullable <column>", "rows may lack it", take((column) => ({ kind: "nullable", column })))
    .option("--set <property=value>", "a table property, and the features that it needs", take(assigned((property, value) => ({ kind: "set", property, value }))))
    .option("--unset <property>", "a table property goes", take((property) => ({ kind: "unset", property })))
    .option("--check <name=sql>", "a condition that every row meets from now on, and all that are there do", take(assigned((name, sql) => ({ kind: "check", name, sql }))))
    .option("--drop-check <name>", "a condition goes", take((name) => ({ kind: "dropCheck", name })))
    .option("--comment <[column=]text>", "what a column, or the table, is in words; none take them away", take(commented));
  command.action(async (target: string, options: LakeOptions) => {
    if (given.length === 0) return command.error("missing what to alter: '--add', '--rename', '--drop', '--widen', '--not-null', '--nullable', '--set', '--unset', '--check', '--drop-check' or '--comment'");
    await using lake = await openTargetLake(await findProject(options), target);
    terminal.progress(`altering ${target}`);
    const result = await lake.alter(resolveTarget(target), given, { signal: terminal.signal });
    if (terminal.json) return terminal.printJson(result);
    const { style } = terminal;
    const { table, version, versions } = result;
    await terminal.print(versions.length === 0 ? `${style.blue(table)} is so already ${style.quiet(`(version ${version})`)}` : `${style.blue(table)} is altered ${style.quiet(`(version ${version}${versions.length === 1 ? "" : `, after ${pluralText(versions.length - 1, "commit")} that it stands on`})`)}`);
  });
};

/** A column and its type, parted by the first blank outside of backticks. */
function added(text: string): Alteration {
  const [, column, type] = /^\s*((?:`(?:[^`]|``)*`|[^`\s])+)\s+(\S.*)$/s.exec(text) ?? [];
  if (column === undefined || type === undefined) throw new InvalidArgumentError("It is no column and its type, such as \"note string\".");
  return { kind: "add", column, type };
}

function assigned(make: (name: string, value: string) => Alteration): (text: string) => Alteration {
  return (text) => {
    const at = text.indexOf("=");
    const [name, value] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
    if (at < 1 || name === "" || value === "") throw new InvalidArgumentError("It is no name and what it becomes, such as a=b.");
    return make(name, value);
  };
}

/** Words with `=` in them are of the column before it, where that is one by its looks. */
function commented(text: string): Alteration {
  const [, column, words] = /^\s*((?:`(?:[^`]|``)*`|[^`\s=])+)\s*=(.*)$/s.exec(text) ?? [];
  return column === undefined ? { kind: "comment", text } : { kind: "comment", column, text: (words ?? "").trim() };
}
