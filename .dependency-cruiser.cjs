/** Who may import whom: the list of ARCHITECTURE.md, enforced. A circle is an error. */

/** Rooms of the runtime from the lowest to the highest floor; rooms of one floor are neighbours. */
const floors = [["values"], ["storage"], ["parquet"], ["delta", "sources"], ["query"], ["governance"], ["ingest"], ["server", "client", "lake"]];

const lower = (index) => floors.slice(0, index).flat();

/** Each room of the runtime imports itself and lower floors; of its neighbours and of what stands above not even types. */
const floorRules = floors.flatMap((rooms, index) =>
  rooms.map((room) => ({
    name: `runtime-${room}-imports-only-lower-rooms`,
    comment: `runtime/${room} may import ${lower(index).join(", ") || "no other room"}; what it is handed from above it declares as a contract of its own.`,
    severity: "error",
    from: { path: `^runtime/${room}/` },
    to: { path: "^runtime/[^/]+/", pathNot: `^runtime/(${[room, ...lower(index)].join("|")})/` },
  })),
);

/** The stages of the compiler know the IR and the diagnostics, never each other. */
const stages = ["extract", "check", "bind", "plan", "emit"];
const stageRules = stages.map((stage) => ({
  name: `compiler-${stage}-imports-no-other-stage`,
  comment: "compile.ts wires the stages.",
  severity: "error",
  from: { path: `^compiler/${stage}/` },
  to: { path: `^compiler/(?!ir/|diagnostics/|${stage}/)` },
}));

/** One door per outside thing. */
const door = (name, packages, rooms) => ({
  name: `one-door-for-${name}`,
  comment: `${name} appears in ${rooms} only.`,
  severity: "error",
  from: { path: "^(bin|compiler|runtime)/", pathNot: rooms },
  to: { path: `^node_modules/(${packages})/` },
});

module.exports = {
  forbidden: [
    { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
    { name: "imports-resolve", severity: "error", from: {}, to: { couldNotResolve: true, pathNot: "^(node|neuralake|astro):" } },
    {
      name: "catalog-imports-the-language-and-tables",
      severity: "error",
      from: { path: "^catalog/" },
      to: { pathNot: "^(catalog/|runtime/language/index\\.ts$)" },
    },
    { name: "ir-imports-nothing", severity: "error", from: { path: "^compiler/ir/" }, to: { path: "^(compiler|runtime|bin|site|generated|catalog)/", pathNot: "^compiler/ir/" } },
    { name: "diagnostics-import-the-ir", severity: "error", from: { path: "^compiler/diagnostics/" }, to: { path: "^(compiler|runtime|bin|site|generated|catalog)/", pathNot: "^compiler/(ir|diagnostics)/" } },
    {
      name: "compiler-uses-the-language-and-the-query-room",
      severity: "error",
      from: { path: "^compiler/" },
      to: { path: "^(bin|site|generated|catalog|runtime)/", pathNot: "^runtime/(language|query|values)/" },
    },
    {
      name: "runtime-imports-no-compiler-catalog-or-generated-code",
      severity: "error",
      from: { path: "^runtime/" },
      to: { path: "^(compiler|bin|site|generated|catalog)/", pathNot: "^compiler/ir/" },
    },
    { name: "language-stands-alone", severity: "error", from: { path: "^runtime/language/" }, to: { pathNot: "^(runtime/language/|node_modules/reflect-metadata/)" } },
    { name: "site-imports-none-of-it", severity: "error", from: { path: "^site/" }, to: { path: "^(bin|compiler|runtime|generated|catalog)/" } },
    { name: "only-bin-and-entry-points-import-the-server", severity: "error", from: { path: "^(compiler|runtime)/", pathNot: "^runtime/server/" }, to: { path: "^runtime/server/" } },
    { name: "generated-code-stands-on-the-client", severity: "error", from: { path: "^generated/" }, to: { path: "^(bin|catalog|compiler|runtime|site)/", pathNot: "^runtime/(client/entry|lake)\\.ts$" } },
    {
      name: "a-client-over-http-loads-no-engine",
      comment: "`open` loads neuralake/lake on first use; of what stands on the engine the client knows types.",
      severity: "error",
      from: { path: "^runtime/client/" },
      to: { path: "^runtime/(storage|delta|sources|query|governance|lake)[/.]", dependencyTypesNot: ["type-only", "dynamic-import"] },
    },
    door("DuckDB", "@duckdb", "^runtime/query/"),
    door("Arrow and Parquet", "parquet-wasm", "^runtime/parquet/"),
    door("S3", "@aws-sdk|@smithy", "^runtime/storage/"),
    door("DynamoDB", "@aws-sdk/client-dynamodb", "^runtime/storage/dynamodb-[a-z]+\\.ts$"),
    door("Kafka", "@platformatic", "^runtime/ingest/kafka/"),
    door("PostgreSQL", "(@types/)?pg|(@types/)?pg-cursor", "^runtime/sources/postgres"),
    door("ts-morph", "ts-morph", "^compiler/extract/"),
    door("the HTTP server", "fastify|@scalar", "^runtime/server/"),
    door("Prometheus metrics", "prom-client", "^runtime/governance/"),
    door("the command line", "commander", "^bin/"),
    ...floorRules,
    ...stageRules,
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^site/(dist|node_modules)/" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["source", "types", "import", "node", "default"] },
  },
};
