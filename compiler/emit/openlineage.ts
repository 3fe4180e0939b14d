/**
 * The Catalog's lineage as OpenLineage events (spec 2-0-2, columnLineage facet 1-2-0): a JobEvent, which describes and does not run, for each table that SQL makes. A column whose
 * lineage is unknown is left out of the facet's fields, which have no word for it; one that is made of no column has an empty list.
 */
import type { Catalog, Table } from "../ir/catalog.ts";
import type { ColumnSource, Lineage, Shape, ShapeHow } from "../ir/lineage.ts";
import { allTables, fullName } from "../ir/names.ts";
import { typeName } from "../ir/type-name.ts";
import { displaySql } from "./site-source.ts";
import { sqlReadsOf } from "./table-facts.ts";

/** What an event says of its maker: the namespace of jobs and datasets, a URI of the producer, the time (RFC 3339). */
export interface EventFacts { readonly namespace: string; readonly producer: string; readonly time: string }

type Event = { readonly [key: string]: unknown };

const spec = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/JobEvent";
const facetSpec = (version: string, name: string): string => `https://openlineage.io/spec/facets/${version}/${name}.json#/$defs/${name}`;

/** One event for each of the tables that SQL makes, in order of name. */
export function openLineageEvents(catalog: Catalog, only: (table: Table) => boolean, facts: EventFacts): Event[] {
  const tables = new Map(allTables(catalog).map((table) => [fullName(table), table]));
  return [...tables.values()].filter(only).flatMap((table) => {
    const { lineage } = table;
    if (lineage === undefined) return [];
    return [{
      eventTime: facts.time,
      producer: facts.producer,
      schemaURL: spec,
      job: {
        namespace: facts.namespace,
        name: fullName(table),
        facets: { sql: facet(facts, "1-1-0", "SQLJobFacet", { query: displaySql(table) ?? "", dialect: "duckdb" }) },
      },
      inputs: sqlReadsOf(table).map((name) => ({ namespace: facts.namespace, name, facets: schemaFacet(tables.get(name), facts) })),
      outputs: [{ namespace: facts.namespace, name: fullName(table), facets: { ...schemaFacet(table, facts), columnLineage: facet(facts, "1-2-0", "ColumnLineageDatasetFacet", columnLineage(lineage, facts)) } }],
    }];
  });
}

function facet({ producer }: EventFacts, version: string, name: string, content: object): object {
  return { _producer: producer, _schemaURL: facetSpec(version, name), ...content };
}

function schemaFacet(table: Table | undefined, facts: EventFacts): object {
  if (table === undefined) return {};
  const fields = table.columns.map(({ name, type, doc }) => ({ name, type: typeName(type), ...(doc === "" ? {} : { description: doc }) }));
  return { schema: facet(facts, "1-2-0", "SchemaDatasetFacet", { fields }) };
}

function columnLineage({ columns, shapes }: Lineage, { namespace }: EventFacts): object {
  const known = columns.filter(({ unknown }) => unknown === undefined);
  const input = (source: { readonly table: string; readonly column: string }, transformations: readonly object[]): object => ({ namespace, name: source.table, field: source.column, transformations });
  return {
    fields: Object.fromEntries(known.map(({ column, sources }) => [column, { inputFields: sources.map((source) => input(source, [transformation(source)])) }])),
    dataset: shapes.map((shape: Shape) => input(shape, shape.how.map((how) => ({ type: "INDIRECT", subtype: indirect[how] })))),
  };
}

const direct = { copied: "IDENTITY", computed: "TRANSFORMATION", aggregated: "AGGREGATION" } as const;
const indirect: { readonly [How in ShapeHow]: string } = { filtered: "FILTER", joined: "JOIN", grouped: "GROUP_BY", sorted: "SORT" };

function transformation({ how, masked }: ColumnSource): object {
  if (how === "tested") return { type: "INDIRECT", subtype: "CONDITION" };
  return { type: "DIRECT", subtype: direct[how], masking: masked !== undefined };
}
