/** Lists of things as people read them on a terminal; through a pipe the same cells come bare, one tab apart. */
import { formatTable, type TextColumn } from "./text-table.ts";
import type { Terminal } from "./terminal.ts";

/** Prints rows of text, aligned on a terminal. */
export async function printTable(terminal: Terminal, columns: readonly TextColumn[], rows: readonly (readonly string[])[]): Promise<void> {
  const lines = terminal.interactive ? formatTable(columns, rows, terminal.style) : [columns.map((column) => column.title), ...rows].map((row) => row.join("\t"));
  for (const line of lines) await terminal.print(line);
}

/** Prints facts one a line, their names aligned; facts without a value are left out. */
export async function printFacts(terminal: Terminal, facts: readonly (readonly [name: string, value: string | undefined])[]): Promise<void> {
  const told = facts.filter((fact): fact is readonly [string, string] => fact[1] !== undefined && fact[1] !== "");
  const width = Math.max(0, ...told.map(([name]) => name.length));
  for (const [name, value] of told) {
    const [first, ...more] = value.split("\n").filter((line) => line !== "");
    await terminal.print(`${terminal.style.quiet(name.padEnd(width))}  ${first}`);
    for (const line of more) await terminal.print(`${" ".repeat(width)}  ${line}`);
  }
}
