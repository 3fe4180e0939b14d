/**
 * Everything the compiler can say, in one table: its code, its text, the way out. NL1 is said by extract, NL2 by check, NL3 by
 * bind, NL4 by plan. A code keeps its meaning for ever; a message that is gone leaves its code unused.
 */
import type { Place } from "../ir/catalog.ts";
import type { Diagnostic, Fix } from "./diagnostic.ts";

type Values = { readonly [name: string]: string | number };
type Say<V> = string | ((values: V) => string);
interface Message<V> { readonly code: string; readonly severity: "error" | "warning"; readonly text: Say<V>; readonly hint: Say<V> | undefined }

function error<V extends Values = Values>(code: string, text: Say<V>, hint?: Say<V>): Message<V> {
  return { code, severity: "error", text, hint };
}

function warning<V extends Values = Values>(code: string, text: Say<V>, hint?: Say<V>): Message<V> {
  return { code, severity: "warning", text, hint };
}

type Named = { name: string };
type Column = { table: string; column: string };

export const messages = {
  // extract: the files
  syntax: error<{ text: string; number: number }>("NL1001", (v) => `TypeScript cannot read this: ${v.text}`),
  typescript: error<{ text: string; number: number }>("NL1002", (v) => `${v.text} (TS${v.number})`),
  catalogMissing: error<{ folder: string }>("NL1003", (v) => `There is no folder ${v.folder}.`, "Make it, or name another with `catalog` in neuralake.config.ts; `neuralake init` writes a first one."),
  packageUnreadable: error<{ text: string }>("NL1067", (v) => `package.json is not JSON: ${v.text}.`, "The name of the API is read there. Mend the file, or remove it."),
  emitterFailed: error<{ emitter: string; text: string }>("NL1074", (v) => `The emitter "${v.emitter}" ${v.text}.`, "It gives a list of { path, text } that follows from the catalog alone; mend it, or take it out of `emitters`."),
  emitterPath: error<{ emitter: string; path: string; text: string }>("NL1075", (v) => `The emitter "${v.emitter}" emits ${v.path}, ${v.text}.`, "Give it a path of its own, relative to the generated folder, such as \"dictionary/rides.md\"."),
  catalogEmpty: error<{ folder: string }>("NL1004", (v) => `${v.folder} holds no tables.`, (v) => `Write one as ${v.folder}/<database>/<table>.ts.`),
  fileOutside: error<{ file: string; folder: string }>("NL1005", (v) => `${v.file} is not in the folder of a database.`, (v) => `A table's file is ${v.folder}/<database>/<table>.ts.`),
  exportsNothing: error<{ file: string }>("NL1006", (v) => `${v.file} exports no table.`, "Export a class under @deltaTable(), @parquetTable(), @csvTable(), @jsonTable(), @postgresTable(), @view() or @materializedView(), or remove the file."),
  notExported: error<{ symbol: string }>("NL1007", (v) => `${v.symbol} is not exported under its name.`, (v) => `Write \`export class ${v.symbol}\`.`),
  importRefused: error<{ module: string }>("NL1008", (v) => `A catalog file cannot import ${v.module}.`, "It imports \"neuralake\", other tables, and packages that a function of rows needs."),
  namespaceImport: error("NL1009", "The language is imported word by word.", "Write `import { deltaTable, key } from \"neuralake\"`."),
  fileUnreadable: error<{ file: string }>("NL1066", (v) => `${v.file} cannot be read.`, "It is a folder, a link to nothing, or not yours to read."),
  importMissing: error<{ file: string; suggestion: string }>("NL1063", (v) => `There is no file ${v.file}.`, (v) => v.suggestion),
  tableImport: error<{ module: string; name: string }>("NL1064", "A table is imported by its name.", (v) => `Write \`import { ${v.name} } from "${v.module}"\`.`),
  languageImport: error<{ name: string; suggestion: string }>("NL1065", (v) => `"neuralake" has no ${v.name}.`, (v) => v.suggestion),

  // extract: classes and their members
  unknownWord: error<{ word: string; suggestion: string }>("NL1010", (v) => `@${v.word} is no word of the language.`, (v) => `${v.suggestion} Words are imported from "neuralake".`),
  notImported: error<{ name: string; how: string }>("NL1025", (v) => `${v.name} is not imported.`, (v) => `Write \`${v.how} { ${v.name} } from "neuralake"\`.`),
  misplacedWord: error<{ word: string; stands: string; belongs: string }>("NL1011", (v) => `@${v.word} stands over a ${v.stands}.`, (v) => `It belongs over a ${v.belongs}.`),
  wordNotCalled: error<{ word: string; example: string }>("NL1012", (v) => `@${v.word} is not called.`, (v) => `Write ${v.example}.`),
  argumentCount: error<{ word: string; takes: string; given: number; example: string }>("NL1073", (v) => `@${v.word} takes ${v.takes}, and ${v.given === 0 ? "nothing is" : v.given === 1 ? "one argument is" : `${v.given} arguments are`} given.`, (v) => `Write it as ${v.example}.`),
  argumentKind: error<{ word: string; argument: string; value: string; kind: string; example: string }>("NL1069", (v) => `${v.value} cannot be the ${v.argument} of @${v.word}, which is ${v.kind}.`, (v) => `Write it as ${v.example}.`),
  factUnknown: error<{ word: string; fact: string; suggestion: string }>("NL1070", (v) => `@${v.word} knows no ${v.fact}.`, (v) => v.suggestion),
  factValue: error<{ word: string; fact: string; value: string; kind: string }>("NL1071", (v) => `${v.fact} of @${v.word} cannot be ${v.value}.`, (v) => `It is ${v.kind}.`),
  factMissing: error<{ word: string; fact: string; example: string }>("NL1072", (v) => `@${v.word} does not say ${v.fact}.`, (v) => `Write it as ${v.example}.`),
  wordTwice: error<{ word: string }>("NL1013", (v) => `@${v.word} is said twice.`, "Keep one of them."),
  twoKinds: error<{ symbol: string; words: string }>("NL1014", (v) => `${v.symbol} is said to be ${v.words}.`, "A class is one kind of table: keep one of these words."),
  noKind: error<{ symbol: string }>("NL1015", (v) => `${v.symbol} has no word that says what kind of table it is.`, "Put @deltaTable(), @parquetTable(), @csvTable(), @jsonTable(), @postgresTable(), @view(), @materializedView() or @database() over it; a type for rows is an `interface`."),
  computedArgument: error<{ word: string }>("NL1016", (v) => `An argument of @${v.word} is computed.`, "The source is read, never run: write the value itself."),
  inheritance: error<{ symbol: string }>("NL1017", (v) => `${v.symbol} extends another class.`, "A table names all its columns itself: copy them here."),
  strangeMember: error<{ member: string; symbol: string }>("NL1018", (v) => `${v.member} is neither a column nor a method that the language knows.`, "A class holds columns (`name: Type`) and static methods under @table(), @check(), or `static query` of a view."),
  columnInDatabase: error<{ column: string; symbol: string }>("NL1019", (v) => `${v.symbol} is a database, and ${v.column} looks like a column.`, "Columns belong to a table, in a file of its own."),
  columnValue: error<Named>("NL1020", (v) => `Column ${v.name} has a value.`, "A column is declared, not set: remove what stands after `=`."),
  databaseFile: error<{ symbol: string }>("NL1021", (v) => `${v.symbol} is a database, in the file of a table.`, "A database's class stands in database.ts of its folder."),
  tableInDatabaseFile: error<{ symbol: string }>("NL1022", (v) => `${v.symbol} is a table, in database.ts.`, "A stored table or a view has a file of its own beside it."),
  severalInFile: error<{ symbol: string; first: string }>("NL1023", (v) => `${v.symbol} shares its file with ${v.first}.`, "One table a file."),
  fileName: warning<{ symbol: string; file: string; expected: string }>("NL1024", (v) => `${v.symbol} is in ${v.file}.`, (v) => `A table's file bears the table's name: ${v.expected}.`),

  // extract: types
  untyped: error<Named>("NL1030", (v) => `${v.name} has no type.`, (v) => `Write \`${v.name}: Text\`, or another type of the language.`),
  unknownType: error<{ type: string; suggestion: string }>("NL1031", (v) => `${v.type} is no column type.`, (v) => v.suggestion),
  mixedUnion: error<{ type: string }>("NL1032", (v) => `A column has one type, and ${v.type} is several.`, "A union is a type with `| null`, or string literals alone."),
  optional: error<Named>("NL1033", (v) => `${v.name} is optional.`, (v) => `A value that may be absent is null: write \`${v.name}: … | null\`.`),
  recursiveType: error<{ type: string }>("NL1034", (v) => `${v.type} contains itself.`, "Nested types end somewhere: name its columns one by one."),
  decimalArguments: error<{ type: string }>("NL1035", (v) => `${v.type} does not say its digits.`, "Write Decimal<10, 2>: digits in all, digits after the point."),

  // extract: functions and SQL
  methodWithoutWord: error<{ method: string; symbol: string }>("NL1040", (v) => `${v.symbol}.${v.method} has no word over it.`, "Put @table() over it to make it a table, or move it out of the class if rows are computed with its help."),
  methodNotStatic: error<{ method: string }>("NL1041", (v) => `${v.method} is not static.`, (v) => `Write \`static ${v.method}(…)\`.`),
  queryMissing: error<{ symbol: string }>("NL1042", (v) => `The view ${v.symbol} has no query.`, "Add `static query(t = columns(SomeTable)) { return sql`…`; }`."),
  rowsUntyped: error<{ method: string }>("NL1043", (v) => `${v.method} does not say what rows it returns.`, "Write its type, as in `(): Rows<Supplier>`, or return sql`…`."),
  sqlStatement: error<{ text: string }>("NL1044", () => "A function that returns sql is read, never run.", "It holds `const t = columns(SomeTable);` lines and one `return sql`…``, nothing else."),
  sqlInterpolation: error<{ text: string }>("NL1045", (v) => `\${${v.text}} is nothing SQL can take.`, "Interpolate a table, one of its columns or a parameter; write values in the SQL itself."),
  columnsArgument: error<{ text: string; suggestion: string }>("NL1046", (v) => `columns(${v.text}) does not name a table.`, (v) => v.suggestion || "Give it a table's class, imported from its file: `columns(Trips)`."),
  aliasTwice: error<{ alias: string }>("NL1047", (v) => `Two tables of this query are called ${v.alias}.`, (v) => `Give one of them a name of its own: columns(…, "${v.alias}2").`),
  templateColumn: error<{ column: string; table: string; suggestion: string }>("NL1048", (v) => `${v.table} has no column ${v.column}.`, (v) => v.suggestion),
  checkParameter: error<{ method: string; symbol: string }>("NL1049", (v) => `The check ${v.method} takes one parameter, the row.`, (v) => `Write \`static ${v.method}(t: Columns<${v.symbol}>)\`.`),
  queryParameter: error<{ parameter: string }>("NL1050", (v) => `A view has no parameters, and ${v.parameter} is one.`, "Its query takes tables alone, as `t = columns(Trips)`; a table with parameters is a static method under @table()."),
  parameterShape: error<{ parameter: string }>("NL1051", (v) => `${v.parameter} is no plain parameter.`, "A parameter is `name: Type` or `name: Type = value`."),
  tableUnused: warning<{ local: string; table: string }>("NL1068", (v) => `${v.local} stands for ${v.table}, and the SQL never names it.`, "Interpolate it, or remove it: a table that is not named is not read."),
  computedDefault: error<{ parameter: string }>("NL1052", (v) => `The default of ${v.parameter} is computed.`, "Callers are told the default before anything runs: write a literal, or Temporal.PlainDate.from(\"2026-08-01\")."),
  defaultMismatch: error<{ parameter: string; type: string; example: string }>("NL1053", (v) => `The default of ${v.parameter} is no ${v.type}.`, (v) => (v.example === "" ? "A parameter of this type has no default: take it away." : `Write it as ${v.example}.`)),
  rowsUseWord: error<{ name: string; method: string }>("NL1054", (v) => `${v.method} runs without the catalog, and ${v.name} is part of it.`, "A function of rows runs by itself: use what is in this file or in a package; return sql`…` to read other tables, or take a parameter `lake: Lake` and read them by `lake.rows(SomeTable)`."),
  rowsUseThis: error<{ method: string }>("NL1055", (v) => `${v.method} uses \`this\`.`, "A function of rows runs by itself: move what it shares into a function of the file."),
  twoDatabases: error<{ symbol: string }>("NL1056", (v) => `${v.symbol} is a second database in one folder.`, "A folder is one database: keep one class under @database()."),
  tableInTable: error<{ method: string; symbol: string; word: string }>("NL1057", (v) => `@${v.word} stands in ${v.symbol}, which is a table itself.`, "A computed table is a static method of the database's class, in database.ts."),
  checkInDatabase: error<{ method: string; symbol: string; word: string }>("NL1058", (v) => `@${v.word} stands in ${v.symbol}, which is a database.`, "A check is a static method of the table whose rows it judges."),
  checkWithoutSql: error<{ method: string }>("NL1059", (v) => `The check ${v.method} returns no sql.`, "Return the condition a good row satisfies: return sql`${t.fare} > 0`."),
  decorator: error<{ word: string; member: string; is: string; fits: string }>("NL1062", (v) => `@${v.word} does not fit ${v.member}, which ${v.is}.`, (v) => `It fits ${v.fits}.`),
  columnName: error<Named>("NL1061", (v) => `${v.name} is no plain name for a column.`, "Write the name itself, in quotes where it is no identifier."),
  rowTypeUnknown: error<{ type: string }>("NL1060", (v) => `${v.type} does not name the columns of a row.`, "Write an `interface` with a property for each column."),

  // check: names
  tableTwice: error<{ table: string; second: string; first: string; at: string }>("NL2001", (v) => `${v.table} is declared twice${v.second === v.first ? "" : `: as ${v.first} and as ${v.second}`}.`, (v) => `The first is at ${v.at}; names are told apart without regard to case. Rename one of them.`),
  databaseTwice: error<{ name: string; first: string }>("NL2002", (v) => `The folders ${v.first} and ${v.name} are one database.`, "Names are told apart without regard to case. Rename one of them."),
  nameTwice: error<{ what: string; table: string; second: string; first: string }>("NL2003", (v) => `${v.table} has two ${v.what} called ${v.second}${v.second === v.first ? "" : ` (the other is ${v.first})`}.`, "Names are told apart without regard to case. Rename one of them."),
  databaseSpelling: error<Named>("NL2004", (v) => `${v.name} cannot be the name of a database.`, "A folder's name begins with a small letter and goes on with small letters, digits and underscores."),
  tableSpelling: error<{ symbol: string; name: string }>("NL2005", (v) => `${v.symbol} makes ${v.name}, which cannot be the name of a table.`, "Use Latin letters and digits, a letter first."),
  columnSpelling: error<Named>("NL2006", (v) => `${v.name} cannot be the name of a column.`, "Use letters, digits and underscores; @from(\"…\") tells the name it has in files."),
  fieldSpelling: error<{ name: string; column: string }>("NL2011", (v) => `${v.name} cannot be the name of a field of ${v.column}.`, "Use letters, digits and underscores."),
  reservedName: error<{ what: string; name: string; why: string; way: string }>("NL2007", (v) => `${v.name} cannot be the name of a ${v.what}: it is ${v.why}.`, (v) => v.way),
  columnKeyword: warning<Named>("NL2010", (v) => `${v.name} is a keyword of SQL.`, (v) => `Whoever asks for it alone must quote it: "${v.name}".`),
  parameterReserved: error<{ parameter: string; table: string; taken: string }>("NL2008", (v) => `${v.parameter} cannot be a parameter of ${v.table}: every table's URL understands it already.`, (v) => `Choose another name than ${v.taken}.`),
  parameterOrder: error<{ parameter: string; before: string }>("NL2009", (v) => `${v.parameter} is required, and stands after ${v.before}, which has a default.`, "Required parameters come first."),

  // check: words over columns
  wordMisfit: error<{ word: string; column: string; type: string; fits: string; instead?: string }>("NL2020", (v) => `@${v.word} does not fit ${v.column}, which is ${v.type}.`, (v) => `It fits ${v.fits}.${v.instead === undefined ? "" : ` Write @${v.instead}.`}`),
  keyNullable: error<{ column: string; word: string }>("NL2021", (v) => `${v.column} may be null, and is part of the key.`, "What tells rows apart is never absent: take `| null` away, or @key()."),
  piiCategory: error<{ category: string; suggestion: string }>("NL2022", (v) => `"${v.category}" is no category of personal data.`, (v) => v.suggestion),
  piiMask: error<{ category: string; mask: string; masks: string }>("NL2023", (v) => `"${v.mask}" does not mask ${v.category}.`, (v) => `Take ${v.masks}.`),
  dayOfMissing: error<{ source: string; table: string; suggestion: string }>("NL2024", (v) => `${v.table} has no column ${v.source} to take the day of.`, (v) => v.suggestion),
  dayOfNoTime: error<{ source: string; type: string; suggestion: string }>("NL2025", (v) => `${v.source} is ${v.type}, which has no day.`, (v) => `Name a Timestamp or a LocalTimestamp. ${v.suggestion}`),
  referenceTable: error<{ table: string; suggestion: string }>("NL2026", (v) => `There is no table ${v.table} to refer to.`, (v) => v.suggestion),
  referenceColumn: error<{ table: string; column: string; suggestion: string }>("NL2027", (v) => `${v.table} has no column ${v.column} to refer to.`, (v) => v.suggestion),
  referenceType: error<{ column: string; own: string; target: string; other: string }>("NL2028", (v) => `${v.column} is ${v.own}, and ${v.target} is ${v.other}.`, "A column has the type of the one it refers to."),
  boundNoNumber: error<{ column: string }>("NL2029", (v) => `A bound of ${v.column} is no number.`, "Write it in plain digits: @between(0, \"99999999999999999999.99\")."),
  boundsTurned: error<{ low: string; high: string }>("NL2030", (v) => `Nothing is between ${v.low} and ${v.high}.`, "The smaller bound comes first."),
  needsDelta: error<{ word: string; table: string; made: string }>("NL2031", (v) => `@${v.word} is about writing, and ${v.table} is only read: its rows come from ${v.made}.`, "Take the word away, or store the rows in a table under @deltaTable()."),
  kafkaUnfed: error<{ word: string; table: string }>("NL2032", (v) => `${v.word} takes its value from a message, and no message feeds ${v.table}.`, "Put @fromKafka({ topic: \"…\", format: \"json\" }) over the class, or take the word away."),
  kafkaPart: error<{ part: string; suggestion: string }>("NL2033", (v) => `${v.part} is no part of a message that a column can hold.`, (v) => v.suggestion),
  kafkaTwice: error<{ column: string; other: string }>("NL2034", (v) => `${v.column} has two sources: a message's envelope, and what @${v.other} names.`, "Keep one of the words."),
  fromPath: error<{ path: string; column: string }>("NL2035", (v) => `"${v.path}" leads nowhere in a message: ${v.column} stays unfed.`, "A path is names with one dot between two of them: \"trip.id\"."),
  wasEmpty: error<{ column: string }>("NL2036", (v) => `@was does not say what ${v.column} was called before.`, "Write the former name: @was(\"fare\")."),
  wasDeclared: error<{ column: string; was: string; table: string }>("NL2037", (v) => `${v.column} was ${v.was}, and ${v.table} still has a column of that name.`, "A column is renamed or kept: take @was away, or the other column."),
  wasTwice: error<{ column: string; was: string; first: string }>("NL2038", (v) => `${v.column} and ${v.first} both were ${v.was}.`, "One column has one successor: keep one of the words."),
  initialValue: error<{ column: string; type: string; value: string }>("NL2039", (v) => `${v.column} is ${v.type} and cannot hold ${v.value || "nothing"}.`, "Write a value of the column's type; a row without one needs no word, if the column may be null."),
  initialBroken: error<{ column: string; value: string; rule: string }>("NL2053", (v) => `${v.value} breaks ${v.column}'s own rule @${v.rule}.`, "Old rows must satisfy what new ones do: choose another value."),

  // check: streams
  topicName: error<{ topic: string }>("NL2050", (v) => `"${v.topic}" cannot be the name of a topic.`, "Kafka takes up to 249 letters, digits, dots, underscores and hyphens."),
  deadLetterLoop: error<{ topic: string }>("NL2051", (v) => `Dead letters of ${v.topic} would come back from it for ever.`, "Name another topic for them."),
  topicMissing: error<{ table: string }>("NL2052", (v) => `@fromKafka does not say which topic feeds ${v.table}.`, "Write @fromKafka({ topic: \"…\", format: \"json\" })."),

  // check: types and tables
  decimalDigits: error<{ column: string; type: string }>("NL2040", (v) => `${v.column} cannot be ${v.type}.`, "A decimal has 1 to 38 digits in all, and 0 to that many after the point."),
  noColumns: error<{ symbol: string }>("NL2041", (v) => `${v.symbol} has no columns.`, "A stored table names its columns: `trip_id: Int64;`."),
  emptyObject: error<{ column: string }>("NL2042", (v) => `${v.column} has an object type without fields.`, "Name its fields, or take Record<string, …>."),
  enumRepeats: error<{ column: string; value: string }>("NL2043", (v) => `${v.column} names "${v.value}" twice.`, "Name each value once."),
  allPartitions: error<{ symbol: string }>("NL2044", (v) => `Every column of ${v.symbol} is a partition.`, "Partitions are folders: leave at least one column for the files in them."),
  duration: error<{ text: string }>("NL2045", (v) => `"${v.text}" is no duration.`, "Write a whole number and ms, s, m, h or d: \"15m\"."),
  locationEmpty: error<{ table: string }>("NL2046", (v) => `${v.table} does not say where it lies.`, "Give its `location`: a path from the project's folder, or a URI."),
  locationTaken: error<{ table: string; first: string; location: string }>("NL2047", (v) => `${v.table} lies where ${v.first} lies: ${v.location}.`, "Give one of them a `location` of its own."),
  delimiter: error<{ delimiter: string }>("NL2048", (v) => `"${v.delimiter}" cannot stand between two cells.`, "A delimiter is one character."),
  postgresConnection: error<{ connection: string; symbol: string; suggestion: string }>("NL2054", (v) => `${v.symbol} is read through the PostgreSQL connection "${v.connection}", which the configuration does not name.`, (v) => v.suggestion),
  postgresType: error<{ column: string; type: string; instead: string }>("NL2055", (v) => `${v.column} is ${v.type}, which no column in PostgreSQL can be.`, (v) => v.instead),
  postgresName: error<{ fact: string; symbol: string }>("NL2056", (v) => `@postgresTable names no ${v.fact} for ${v.symbol}.`, "Leave the word out for its usual value: connection \"main\", schema \"public\", the class's name in snake_case."),
  rowsCircle: error<{ table: string; circle: string }>("NL2057", (v) => `The rows of ${v.table} would be made of themselves: ${v.circle}.`, "Let the function read what does not stand on it."),
  notYet: error<{ word: string }>("NL2049", (v) => `${v.word} is not in this version.`, "It comes with a later one; take it away until then."),

  // bind: the SQL, as the engine reads it
  sqlSyntax: error<{ text: string }>("NL3001", (v) => `This SQL cannot be read: ${v.text}.`, "It is one SELECT in DuckDB's dialect."),
  sqlUnknownColumn: error<{ name: string; suggestion: string }>("NL3002", (v) => `No table here has a column ${v.name}.`, (v) => v.suggestion),
  sqlUnknownTable: error<{ name: string; suggestion: string }>("NL3003", (v) => `There is no table ${v.name}.`, (v) => v.suggestion),
  sqlUnknownFunction: error<{ name: string; suggestion: string }>("NL3004", (v) => `There is no SQL function ${v.name}.`, (v) => v.suggestion),
  sqlRefused: error<{ text: string }>("NL3005", (v) => v.text),
  viewColumnMissing: error<{ table: string; column: string; suggestion: string }>("NL3006", (v) => `The query of ${v.table} gives no column ${v.column}.`, (v) => v.suggestion),
  viewColumnExtra: error<{ table: string; column: string }>("NL3007", (v) => `The query gives a column ${v.column} that ${v.table} does not declare.`, "Declare it in the class, or leave it out of the SELECT."),
  viewColumnType: error<{ column: string; declared: string; given: string }>("NL3008", (v) => `${v.column} is declared as ${v.declared}, and the query gives ${v.given}.`, "No cast leads from one to the other: change the declaration or the query."),
  resultType: error<{ text: string; hint: string }>("NL3009", (v) => v.text, (v) => v.hint),
  columnUnnamed: error<{ expression: string }>("NL3010", (v) => `The column ${v.expression} has no name.`, "Name it: write `AS name` after it."),
  columnTwice: error<Column>("NL3011", (v) => `The query of ${v.table} gives two columns ${v.column}.`, "Name one of them otherwise: write `AS name` after it."),
  checkType: error<{ check: string; given: string }>("NL3012", (v) => `The check ${v.check} gives ${v.given}.`, "A check is a condition: true for a good row."),
  patternRefused: error<{ pattern: string; text: string }>("NL3013", (v) => `The pattern ${v.pattern} cannot be used: ${v.text}.`, "Rows are judged by RE2, which has no look-around and no back-references."),
  viewCircle: error<{ tables: string }>("NL3014", (v) => `These tables read each other in a circle: ${v.tables}.`, "One of them must do without the others."),
  bareName: error<{ name: string; tables: string }>("NL3016", (v) => `More than one table is called ${v.name}.`, (v) => `Write ${v.tables}.`),
  tableFunction: error<Named>("NL3017", (v) => `${v.name}() is no function table of the catalog.`, "A query reads the catalog's tables alone; a file is declared as a table of its own."),
  callMissing: error<{ table: string; parameters: string }>("NL3015", (v) => `${v.table} is a function table and cannot be read without its parameters ${v.parameters}.`, (v) => `Call it: ${v.table}(…).`),

  // bind: what travels along lineage
  piiShown: error<{ column: string; source: string; category: string; how: string; mask: string; accept: string }>("NL3018", (v) => `${v.column} shows personal data: it is ${v.how} ${v.source}, which is marked ${v.category}.`, (v) => `${v.mask} If it is meant to be seen, accept it by name: ${v.accept}.`),
  showsMissing: error<{ table: string; column: string; word: string; suggestion: string }>("NL3019", (v) => `${v.table} has no column ${v.column}, which \`${v.word}\` names.`, (v) => v.suggestion),
  showsNothing: warning<{ table: string; column: string; word: string }>("NL3020", (v) => `${v.column} of ${v.table} shows no personal data, and \`${v.word}\` says that it does.`, (v) => `Take it out of \`${v.word}\`.`),
  unitDiffers: warning<{ column: string; unit: string; source: string; other: string }>("NL3021", (v) => `${v.column} is declared in ${v.unit}, and is a copy of ${v.source}, which is in ${v.other}.`, (v) => `Convert it in the query, or write @unit("${v.other}").`),
  deprecatedRead: warning<{ table: string; what: string; text: string }>("NL3022", (v) => `${v.table} reads ${v.what}, which is deprecated${v.text === "" ? "" : `: ${v.text}`}.`, "Read what took its place, or mark this table @deprecated as well."),
  aliasShadows: warning<{ alias: string; what: string }>("NL3023", (v) => `${v.alias} hides ${v.what}: inside, the name means another table.`, "Give the inner one a name of its own."),
  viewColumnNull: warning<{ column: string; source: string; type: string }>("NL3024", (v) => `${v.column} is declared never null, and is a copy of ${v.source}, which may be null here.`, (v) => `Declare it as ${v.type}, or leave such rows out: WHERE … IS NOT NULL.`),

  // plan: the catalog beside a lake
  wasUnknown: error<{ table: string; column: string; was: string; suggestion: string }>("NL4001", (v) => `${v.column} was ${v.was}, says the catalog, and ${v.table} in the lake has neither.`, (v) => `${v.suggestion} A column that is new needs no @was.`),
  renameOrDrop: error<{ table: string; column: string; type: string; gone: string; first: string }>("NL4002", (v) => `${v.column}: ${v.type} is new in ${v.table}, and ${v.gone} is gone: renamed, or dropped and added?`, (v) => `Renamed: write @was("${v.first}") over ${v.column}, and nothing is lost. Dropped, with its values: \`--allow destructive\`.`),
  addedNeverNull: error<{ table: string; column: string; rows: number | string }>("NL4003", (v) => `${v.column} is never null, and ${v.table} has ${v.rows} rows without it.`, "Say what they get, @initially(…), or let it be null: `| null`."),
  typeNarrowed: error<{ table: string; column: string; declared: string; kept: string }>("NL4004", (v) => `${v.column} is declared ${v.declared}, and ${v.table} keeps ${v.kept}, whose values do not all fit.`, "Declare it as it is kept; or give the new column another name, fill it, and drop the old one with `--allow destructive`."),
  nullForbidden: error<{ table: string; column: string; declared: string; kept: string }>("NL4005", (v) => `${v.column} is declared ${v.declared}, and ${v.table} keeps ${v.kept}: rows may have null there.`, "Write `| null`, or give the column that is never null another name and an @initially(…)."),
  partitionsDiffer: error<{ table: string; declared: string; kept: string }>("NL4006", (v) => `${v.table} is declared partitioned by ${v.declared}, and kept partitioned by ${v.kept}.`, "Partitions of a table that is there do not change: declare them as they are, or declare a new table and load it from this one."),
  servedOtherwise: error<{ table: string; text: string; hint: string }>("NL4007", (v) => `${v.table}: ${v.text}.`, (v) => v.hint),
  migrationBroken: error<{ text: string }>("NL4010", (v) => `This migration cannot be read: ${v.text}.`, "Migrations are written once and never changed: take it back as it was committed."),
  mayBeRename: warning<{ table: string; column: string; type: string; gone: string }>("NL4011", (v) => `${v.column}: ${v.type} is new in ${v.table}, and ${v.gone} is gone.`, (v) => `If it was renamed, write @was("${v.gone}") over ${v.column} and compile again: a lake would lose its values otherwise.`),
} as const;

export type MessageName = keyof typeof messages;
type ValuesOf<Name extends MessageName> = (typeof messages)[Name] extends Message<infer V> ? V : never;

/** The message `name` about `place`, filled in with `values`; `fix` where the way out is certain. */
export function diagnose<Name extends MessageName>(name: Name, place: Place, values: ValuesOf<Name>, fix?: Fix): Diagnostic {
  const { code, severity, text, hint: way } = messages[name] as Message<ValuesOf<Name>>;
  const hint = say(way, values);
  return { code, severity, message: say(text, values) ?? "", place, ...(hint === undefined || hint === "" ? {} : { hint }), ...(fix === undefined ? {} : { fix }) };
}

function say<V>(text: Say<V> | undefined, values: V): string | undefined {
  return typeof text === "function" ? text(values) : text;
}
