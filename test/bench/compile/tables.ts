/** The tables that compiling is measured over: a file each, all alike but for their names. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

export const columnsEach = 20;
/** Of column `index` the type of that number, over and over. */
export const types = ["Int64", "Text", "Decimal<10, 2>", "Timestamp", "Float64 | null", "Day", "Bool", '"open" | "closed"', "Int32", "Uuid"] as const;

function tableText(number: number): string {
  const columns = Array.from({ length: columnsEach }, (_, index) => {
    const words = index === 0 ? "  @key()\n" : index === 8 ? "  @between(0, 1_000)\n" : "";
    return `  /** What number ${index} says of a thing. */\n${words}  column_${index}: ${types[index % types.length]};\n`;
  });
  return `import { between, deltaTable, key } from "neuralake";
import type { Bool, Day, Decimal, Float64, Int32, Int64, Text, Timestamp, Uuid } from "neuralake";

/** Things of kind ${number}, one a row. */
@deltaTable({ layer: "silver" })
export class Things${number} {
${columns.join("\n")}}
`;
}

/** A view over the first of them, in their first database. */
export const viewText = `import { columns, sql, view } from "neuralake";
import { Things0 } from "./things0.ts";

/** Some of them. */
@view()
export class DearThings {
  static query(t = columns(Things0)) {
    return sql\`SELECT \${t.column_0}, count(*) AS things FROM \${t} WHERE \${t.column_0} > 0 GROUP BY 1\`;
  }
}
`;

/** Writes the tables into the catalog of a project, spread over as many databases. */
export function writeTables(project: string, tables: number, databases: number): void {
  for (let number = 0; number < tables; number++) {
    const folder = path.join(project, "catalog", `area_${number % databases}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, `things${number}.ts`), tableText(number));
  }
}
