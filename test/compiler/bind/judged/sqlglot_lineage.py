"""Column lineage as sqlglot finds it: on stdin nothing, in argv[1] a JSON file of {"schema": {table: {column: type}}, "queries": [sql]}.

Prints, for each query and each of its output columns, the sorted `table.column` names it is made of; or the text of what sqlglot could not do.
"""
import json
import sys

import sqlglot
from sqlglot import exp
from sqlglot.lineage import to_node
from sqlglot.optimizer import build_scope, qualify
from sqlglot.schema import ensure_schema


def lineage(sql, schema):
    known = ensure_schema(schema, dialect="duckdb")
    query = qualify.qualify(sqlglot.parse_one(sql, dialect="duckdb"), dialect="duckdb", schema=known, validate_qualify_columns=False, identify=False)
    scope = build_scope(query)
    return [sources(to_node(index, scope, "duckdb", schema=known)) for index in range(len(scope.expression.selects))]


def sources(node):
    found = set()
    for each in node.walk():
        if each.downstream:
            continue
        if isinstance(each.expression, exp.Table):
            found.add(f"{each.expression.name}.{each.name.split('.')[-1]}".lower())
        elif isinstance(each.expression, exp.Placeholder) or isinstance(each.source, exp.Placeholder):
            found.add(f"? {each.name}")
    return sorted(found)


def attempt(sql, schema):
    try:
        return lineage(sql, schema)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


asked = json.load(open(sys.argv[1]))
print(json.dumps([attempt(sql, asked["schema"]) for sql in asked["queries"]]))
