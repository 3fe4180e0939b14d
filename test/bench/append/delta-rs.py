"""For each line, which names a table: appends the rows of a Parquet file to it and answers with the milliseconds that took, as a careful person does it in Python, who keeps tables open. A table is made when it is first named."""
import sys, time
import deltalake, pyarrow.parquet
from peers import storage

rows = pyarrow.parquet.read_table(sys.argv[1])
tables = {}
print(deltalake.__version__, flush=True)
for line in sys.stdin:
    location = line.rstrip("\n")
    if location not in tables:
        tables[location] = deltalake.DeltaTable.create(location, schema=rows.schema, storage_options=storage(location))
    began = time.perf_counter()
    deltalake.write_deltalake(tables[location], rows, mode="append")
    print((time.perf_counter() - began) * 1000, flush=True)
