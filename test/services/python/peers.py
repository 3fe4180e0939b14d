"""Other engines reading our Delta tables. On import path of every script that test/services/python.ts runs.

A table is named by its path or s3:// address; S3 is found by the AWS variables of the environment, as our own commands find it.
Each engine is imported where it is used: together they take seconds.
"""
import base64
import glob
import json
import math
import os

import pyarrow


def delta_rs(table, version=None):
    """The table's rows as delta-rs's own engine reads them: an Arrow table."""
    import deltalake

    opened = deltalake.DeltaTable(table, version=version, storage_options=storage(table))
    return pyarrow.table(deltalake.QueryBuilder().register("it", opened).execute("SELECT * FROM it"))


def duckdb_delta(table, version=None):
    """The table's rows as DuckDB's delta extension reads them."""
    at = "" if version is None else f", version => {int(version)}"
    return duckdb_connection(table).execute(f"SELECT * FROM delta_scan('{table}'{at})").to_arrow_table()


def polars_delta(table, version=None):
    """The table's rows as Polars reads them."""
    import polars

    return polars.read_delta(table, version=version, storage_options=storage(table)).to_arrow()


engines = {"delta-rs": delta_rs, "duckdb": duckdb_delta, "polars": polars_delta}


def duckdb_connection(table=""):
    """A DuckDB with the delta and httpfs extensions and, for a table on S3, its credentials."""
    import duckdb

    connection = duckdb.connect()
    for file in sorted(glob.glob(os.path.join(os.path.dirname(duckdb.__file__), "../duckdb_extension_[dh]*/extensions/*/*.duckdb_extension"))):
        connection.execute(f"LOAD '{file}'")
    connection.execute("SET TimeZone = 'UTC'")
    if table.startswith("s3://"):
        scheme, _, host = os.environ["AWS_ENDPOINT_URL_S3"].partition("://")
        connection.execute(
            f"""CREATE SECRET (TYPE s3, ENDPOINT '{host}', USE_SSL {scheme == "https"}, URL_STYLE 'path', REGION '{os.environ["AWS_REGION"]}',
                KEY_ID '{os.environ["AWS_ACCESS_KEY_ID"]}', SECRET '{os.environ["AWS_SECRET_ACCESS_KEY"]}')"""
        )
    return connection


def rows_of(arrow, order=""):
    """An Arrow table's rows, in order of a column if one is named, each value spelled as neuralake spells it in JSON."""
    columns = [[_plain(field.type, value) for value in arrow.column(index).to_pylist()] for index, field in enumerate(arrow.schema)]
    rows = [dict(zip(arrow.schema.names, values)) for values in zip(*columns)]
    return sorted(rows, key=lambda row: row[order]) if order else rows


def print_rows(arrow, order=""):
    """Prints an Arrow table's rows as a JSON array."""
    print(json.dumps(rows_of(arrow, order), ensure_ascii=False, allow_nan=False))


def _plain(kind, value):
    types = pyarrow.types
    if value is None or types.is_boolean(kind) or types.is_integer(kind) or _is_text(kind):
        return value
    if types.is_floating(kind):
        return value if math.isfinite(value) else "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if types.is_decimal(kind):
        return format(value, "f")
    if types.is_timestamp(kind):
        return _time(value.replace(tzinfo=None)) + ("" if kind.tz is None else "Z")
    if types.is_date(kind):
        return value.isoformat()
    if types.is_struct(kind):
        return {field.name: _plain(field.type, value[field.name]) for field in kind}
    if types.is_map(kind):
        pairs = [(_plain(kind.key_type, key), _plain(kind.item_type, item)) for key, item in value]
        return dict(pairs) if _is_text(kind.key_type) else [{"key": key, "value": item} for key, item in pairs]
    if types.is_list(kind) or types.is_large_list(kind) or types.is_list_view(kind):
        return [_plain(kind.value_type, item) for item in value]
    if types.is_binary(kind) or types.is_large_binary(kind) or types.is_binary_view(kind):
        return base64.b64encode(value).decode()
    raise TypeError(f"no spelling for {kind}")


def _is_text(kind):
    types = pyarrow.types
    return types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind)


def _time(value):
    text = value.isoformat()
    return text.rstrip("0") if "." in text else text


def storage(table):
    """delta-rs's storage options for a table: none for files, the environment's S3 otherwise."""
    if not table.startswith("s3://"):
        return None
    return {"AWS_ENDPOINT_URL": os.environ["AWS_ENDPOINT_URL_S3"], "AWS_ALLOW_HTTP": "true", **{name: os.environ[name] for name in ("AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}}


def each_of(jobs, act):
    """Of each job what `act` gives for it, or why it did not."""
    answers = []
    for job in jobs:
        try:
            answers.append({"gives": act(job)})
        except BaseException as error:  # a panic in Rust is no Exception
            if isinstance(error, (KeyboardInterrupt, SystemExit)):
                raise
            answers.append({"refused": f"{type(error).__name__}: {error}"})
    return answers


def read_each(jobs):
    """The rows of tables, each a pair of engine and address."""
    return each_of(jobs, lambda job: rows_of(engines[job[0]](job[1])))


def change_each(jobs):
    """Runs what is to be done to tables: each an engine, an address and its words: Python over `t` for delta-rs, SQL over `t` for DuckDB."""
    return each_of(jobs, lambda job: changers[job[0]](job[1], job[2]))


def _by_delta_rs(table, words):
    import deltalake

    exec(words, {**{name: getattr(deltalake, name) for name in ("DeltaTable", "write_deltalake", "Field")}, "pa": pyarrow, "t": table})


def _by_duckdb(table, words):
    connection = duckdb_connection(table)
    connection.execute(f"ATTACH '{table}' AS t (TYPE delta)")
    connection.execute(words)
    connection.close()


changers = {"delta-rs": _by_delta_rs, "duckdb": _by_duckdb}
