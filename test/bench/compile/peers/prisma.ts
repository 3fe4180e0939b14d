/** `prisma generate`: a file for each model, and the typed client that it makes of all. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { npmPackage } from "../../../services/npm-package.ts";
import { columnsEach, types } from "../tables.ts";
import type { Peer, Spelling } from "./peer.ts";

const release = "7.10.1";
const spelling: Spelling<string> = {
  Int64: "BigInt", Text: "String", "Decimal<10, 2>": "Decimal @db.Decimal(10, 2)", Timestamp: "DateTime @db.Timestamptz(6)", "Float64 | null": "Float?",
  Day: "DateTime @db.Date", Bool: "Boolean", '"open" | "closed"': "State", Int32: "Int", Uuid: "String @db.Uuid",
};
const head = `generator client {
  provider = "prisma-client"
  output   = "../made"
}
datasource db {
  provider = "postgresql"
}
enum State {
  open
  closed
}
`;

function modelText(number: number): string {
  const columns = Array.from({ length: columnsEach }, (_, index) => `  /// What number ${index} says of a thing.\n  column_${index} ${spelling[types[index % types.length] ?? "Text"]}${index === 0 ? " @id" : ""}\n`);
  return `/// Things of kind ${number}, one a row.\nmodel Things${number} {\n${columns.join("")}}\n`;
}

/** Writes the models of as many tables into `project`. */
export async function openPrisma(project: string, tables: number): Promise<Peer> {
  const prisma = await npmPackage("prisma", release, [`@prisma/client@${release.replace(/\d+$/, "0")}`]);
  mkdirSync(path.join(project, "schema"), { recursive: true });
  writeFileSync(path.join(project, "schema/schema.prisma"), head);
  for (let number = 0; number < tables; number++) writeFileSync(path.join(project, `schema/things${number}.prisma`), modelText(number));
  const models = path.join(project, "made/models");
  return {
    name: `prisma generate ${release}`,
    command: [process.execPath, path.join(prisma, "build/index.js"), "generate", "--schema", "schema"],
    // Migrations are another program, which it would fetch: generating needs none.
    env: { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: "1" },
    made: "made",
    count() {
      const texts = readdirSync(models).map((name) => readFileSync(path.join(models, name), "utf8"));
      return { tables: texts.length, columns: texts.reduce((sum, text) => sum + new Set(text.match(/\bcolumn_\d+\b/g)).size, 0) };
    },
  };
}
