"""Appends the rows of a Parquet file to a Delta table that it makes, once for each line it is sent, and answers each with the milliseconds it took: what a careful person writes in Python, who keeps the table open."""
import sys, time
import deltalake, pyarrow.parquet
from peers import storage

location, file = sys.argv[1], sys.argv[2]
rows = pyarrow.parquet.read_table(file)
table = deltalake.DeltaTable.create(location, schema=rows.schema, storage_options=storage(location))
print(deltalake.__version__, flush=True)
for _ in sys.stdin:
    began = time.perf_counter()
    deltalake.write_deltalake(table, rows, mode="append")
    print((time.perf_counter() - began) * 1000, flush=True)
