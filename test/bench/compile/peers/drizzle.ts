/** `drizzle-kit generate`: a file for each table, and the first migration that it makes of all. */
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { npmPackage } from "../../../services/npm-package.ts";
import { columnsEach, types } from "../tables.ts";
import type { Peer, Spelling } from "./peer.ts";

const release = "0.31.11";
const spelling: Spelling<(name: string) => string> = {
  Int64: (name) => `bigint("${name}", { mode: "bigint" })`, Text: (name) => `text("${name}")`, "Decimal<10, 2>": (name) => `numeric("${name}", { precision: 10, scale: 2 })`,
  Timestamp: (name) => `timestamp("${name}", { withTimezone: true })`, "Float64 | null": (name) => `doublePrecision("${name}")`, Day: (name) => `date("${name}")`, Bool: (name) => `boolean("${name}")`,
  '"open" | "closed"': (name) => `text("${name}", { enum: ["open", "closed"] })`, Int32: (name) => `integer("${name}")`, Uuid: (name) => `uuid("${name}")`,
};

function tableText(number: number): string {
  const columns = Array.from({ length: columnsEach }, (_, index) => {
    const type = types[index % types.length] ?? "Text";
    return `  /** What number ${index} says of a thing. */\n  column_${index}: ${spelling[type](`column_${index}`)}${index === 0 ? ".primaryKey()" : type.endsWith("null") ? "" : ".notNull()"},\n`;
  });
  return `import { sql } from "drizzle-orm";
import { bigint, boolean, check, date, doublePrecision, integer, numeric, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";

/** Things of kind ${number}, one a row. */
export const things${number} = pgTable("things${number}", {\n${columns.join("")}}, (table) => [check("things${number}_column_8", sql\`\${table.column_8} BETWEEN 0 AND 1000\`)]);\n`;
}

/** Writes the tables into `project`. */
export async function openDrizzle(project: string, tables: number): Promise<Peer> {
  const kit = await npmPackage("drizzle-kit", release, ["drizzle-orm@0.45.4"]);
  mkdirSync(path.join(project, "schema"), { recursive: true });
  symlinkSync(path.dirname(kit), path.join(project, "node_modules"));
  for (let number = 0; number < tables; number++) writeFileSync(path.join(project, `schema/things${number}.ts`), tableText(number));
  return {
    name: `drizzle-kit generate ${release}`,
    command: [process.execPath, path.join(kit, "bin.cjs"), "generate", "--dialect", "postgresql", "--schema", "./schema/*.ts", "--out", "./made"],
    env: {},
    made: "made",
    count() {
      const made = path.join(project, "made");
      const text = readdirSync(made).filter((name) => name.endsWith(".sql")).map((name) => readFileSync(path.join(made, name), "utf8")).join("");
      return { tables: text.match(/^CREATE TABLE /gm)?.length ?? 0, columns: text.match(/^\s*"column_\d+" /gm)?.length ?? 0 };
    },
  };
}
