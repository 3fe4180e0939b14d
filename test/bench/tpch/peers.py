"""TPC-H over Delta tables by delta-rs's own engine and by DataFusion. Each line is an engine, a table of queries' number and whether rows are wanted: answers with the milliseconds it took, and the rows."""
import json, sys, time
import datafusion, deltalake, pyarrow

root, queries = sys.argv[1], json.load(open(sys.argv[2]))
builder, context = deltalake.QueryBuilder(), datafusion.SessionContext()
for name in sys.argv[3:]:
    table = deltalake.DeltaTable(f"{root}/{name}")
    builder = builder.register(name, table)
    context.register_table(name, table)
engines = {"delta-rs": lambda sql: pyarrow.table(builder.execute(sql)), "datafusion": lambda sql: pyarrow.Table.from_batches(frame.collect(), frame.schema()) if (frame := context.sql(sql)) else None}

print(json.dumps({"delta-rs": deltalake.__version__, "datafusion": datafusion.__version__}), flush=True)
for line in sys.stdin:
    engine, number, rows = line.split()
    began = time.perf_counter()
    table = engines[engine](queries[int(number)])
    ms = (time.perf_counter() - began) * 1000
    columns = [column.to_pylist() for column in table.columns] if rows == "rows" else []
    print(json.dumps({"ms": ms, "rows": [[str(cell) for cell in cells] for cells in zip(*columns)]}), flush=True)
