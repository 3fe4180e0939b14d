/** A class that is a table: stored, or a view with its `static query`. */
import { ts } from "ts-morph";
import type { Check, OnFail, Source, SqlTemplate, Stream, Table, Word } from "../ir/catalog.ts";
import { snakeCase } from "../ir/names.ts";
import { readColumns } from "./columns.ts";
import { commentOf, documented } from "./comments.ts";
import { columnNames, isStatic, memberName } from "./members.ts";
import { makeStatic } from "./fixes.ts";
import { placeOf } from "./place.ts";
import { report } from "./reader.ts";
import type { Reader } from "./reader.ts";
import { languageName } from "./scope.ts";
import type { Scope } from "./scope.ts";
import { readAlias, readTemplate, returnedSql } from "./templates.ts";
import type { TableAlias } from "./templates.ts";
import { factsAt, findWord, readWords, textOf, textsOf } from "./words.ts";

/** The words that say what kind of table a class is. */
export const kindWords = ["deltaTable", "parquetTable", "csvTable", "jsonTable", "view", "materializedView", "postgresTable", "ncfTable"] as const;

/** Reads the class `node` under `words`, one of which is a kind word. */
export function readTable(reader: Reader, scope: Scope, node: ts.ClassDeclaration, symbol: string, words: readonly Word[]): Table {
  const kind = words.find((word) => kindWords.some((name) => name === word.name));
  const columns = readColumns(reader, scope, node.members);
  const methods = readMethods(reader, scope, node, symbol, kind?.name ?? "");
  const named = (word: string): string[] => columns.filter((column) => findWord(column.words, word) !== undefined).map((column) => column.name);
  return {
    database: scope.file.database,
    name: snakeCase(symbol),
    symbol,
    ...documented(commentOf(node)),
    place: placeOf(node.name ?? node),
    words,
    ...tableFacts(kind),
    source: methods.query === undefined ? storedSource(kind, symbol) : querySource(kind, methods.query, columns.length > 0),
    ...streamOf(findWord(words, "fromKafka")),
    columns,
    key: named("key"),
    partitionBy: named("partition"),
    clusterBy: named("cluster"),
    checks: methods.checks,
  };
}

/** The facts any kind word may carry. */
export function tableFacts(word: Word | undefined): Pick<Table, "owner" | "layer" | "freshness" | "retain" | "tags" | "shows" | "clears"> {
  const facts = factsAt(word, 0);
  const owner = textOf(facts["owner"]);
  const layer = (["bronze", "silver", "gold"] as const).find((known) => known === facts["layer"]);
  const freshness = textOf(facts["freshness"]);
  const retain = textOf(facts["retain"]);
  return {
    ...(owner === undefined ? {} : { owner }),
    ...(layer === undefined ? {} : { layer }),
    ...(freshness === undefined ? {} : { freshness }),
    ...(retain === undefined ? {} : { retain }),
    tags: textsOf(facts["tags"]),
    ...(facts["shows"] === undefined ? {} : { shows: textsOf(facts["shows"]) }),
    ...(facts["clears"] === undefined ? {} : { clears: textsOf(facts["clears"]) }),
  };
}

/** A view, or one that is stored. A refresh that is left out is told by who reads the word. */
function querySource(word: Word | undefined, sql: SqlTemplate, declared: boolean): Source {
  if (word?.name !== "materializedView") return { kind: "view", sql, declared };
  const facts = factsAt(word, 0);
  const location = textOf(facts["location"]);
  const engine = facts["engine"] === "spark" ? "spark" : "duckdb";
  return { kind: "materialized", sql, declared, refresh: textOf(facts["refresh"]) ?? "", engine, ...(location === undefined ? {} : { location }) };
}

function storedSource(word: Word | undefined, symbol: string): Source {
  const facts = factsAt(word, 0);
  const location = textOf(facts["location"]);
  switch (word?.name) {
    case "parquetTable": return { kind: "parquet", location: location ?? "" };
    case "csvTable": return {
      kind: "csv", location: location ?? "", header: facts["header"] !== false, delimiter: textOf(facts["delimiter"]) ?? ",",
      nulls: facts["nulls"] === undefined ? [""] : textsOf(facts["nulls"]),
    };
    case "jsonTable": return { kind: "json", location: location ?? "", lines: facts["lines"] === true };
    case "postgresTable": return { kind: "postgres", connection: textOf(facts["connection"]) ?? "main", schema: textOf(facts["schema"]) ?? "public", table: textOf(facts["table"]) ?? snakeCase(symbol) };
    default: return { kind: "delta", ...(location === undefined ? {} : { location }) };
  }
}

/** What `@fromKafka` says; another format than JSON is refused by a check. */
function streamOf(word: Word | undefined): { readonly stream?: Stream } {
  const facts = factsAt(word, 0);
  const topic = textOf(facts["topic"]);
  const deadLetter = textOf(facts["deadLetter"]);
  if (topic === undefined || facts["format"] !== "json") return {};
  return { stream: { kind: "kafka", topic, format: "json", ...(deadLetter === undefined ? {} : { deadLetter }) } };
}

interface Methods { readonly query: SqlTemplate | undefined; readonly checks: readonly Check[] }

function readMethods(reader: Reader, scope: Scope, node: ts.ClassDeclaration, symbol: string, kind: string): Methods {
  const isView = kind === "view" || kind === "materializedView";
  const checks: Check[] = [];
  let query: Methods["query"];
  let queried = false;
  for (const member of node.members) {
    if (ts.isPropertyDeclaration(member) && !isStatic(member)) continue;
    if (!ts.isMethodDeclaration(member) || !ts.isIdentifier(member.name)) {
      report(reader, "strangeMember", member.name ?? member, { member: memberName(member), symbol });
    } else if (!isStatic(member)) {
      report(reader, "methodNotStatic", member.name, { method: member.name.text }, makeStatic(member));
    } else if (isView && member.name.text === "query") {
      queried = true;
      if (returnedSql(scope, member) === undefined) report(reader, "queryMissing", member.name, { symbol });
      else query = readTemplate(reader, scope, member, queryAliases(reader, scope, member), []);
    } else {
      checks.push(...readCheck(reader, scope, node, member, member.name.text, symbol));
    }
  }
  if (isView && !queried) report(reader, "queryMissing", node.name ?? node, { symbol });
  return { query: isView ? query ?? { parts: [], place: placeOf(node.name ?? node) } : undefined, checks };
}

function queryAliases(reader: Reader, scope: Scope, method: ts.MethodDeclaration): TableAlias[] {
  return method.parameters.flatMap((parameter) => {
    const alias = ts.isIdentifier(parameter.name) && parameter.initializer !== undefined
      ? readAlias(reader, scope, parameter.name.text, parameter.initializer) : undefined;
    if (alias === undefined) report(reader, "queryParameter", parameter, { parameter: parameter.name.getText() });
    return alias ?? [];
  });
}

function readCheck(reader: Reader, scope: Scope, table: ts.ClassDeclaration, method: ts.MethodDeclaration, name: string, symbol: string): Check[] {
  const words = readWords(reader, scope, method, "method");
  const word = findWord(words, "check");
  if (word === undefined) {
    if (words.length === 0 && (ts.getDecorators(method) ?? []).length === 0) report(reader, "methodWithoutWord", method.name, { method: name, symbol });
    for (const other of words) report(reader, "tableInTable", method.name, { method: name, symbol, word: other.name });
    return [];
  }
  const [row, more] = method.parameters;
  if (row === undefined || more !== undefined || !ts.isIdentifier(row.name) || !isRow(scope, row)) {
    report(reader, "checkParameter", row ?? method.name, { method: name, symbol });
    return [];
  }
  const own: TableAlias = { local: row.name.text, table: `${scope.file.database}.${snakeCase(symbol)}`, alias: "", columns: columnNames(table) };
  const sql = returnedSql(scope, method) === undefined ? undefined : readTemplate(reader, scope, method, [own], []);
  if (sql === undefined) {
    report(reader, "checkWithoutSql", method.name, { method: name });
    return [];
  }
  const facts = factsAt(word, 0);
  const onFail = (["reject", "quarantine", "warn"] as const).find((known) => known === facts["onFail"]) ?? ("reject" satisfies OnFail);
  return [{ name, doc: commentOf(method).doc, onFail, ...(facts["enforce"] === "delta" ? { enforce: "delta" } : {}), sql, place: placeOf(method.name) }];
}

function isRow(scope: Scope, parameter: ts.ParameterDeclaration): boolean {
  return parameter.type !== undefined && ts.isTypeReferenceNode(parameter.type) && languageName(scope, parameter.type.typeName.getText()) === "Columns";
}
