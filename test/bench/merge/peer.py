"""The same with delta-rs, which writes files anew also where a table has deletion vectors."""
import json, resource, sys, time
import pyarrow.parquet as parquet
from deltalake import DeltaTable

directory, source = sys.argv[1], sys.argv[2]
began = time.perf_counter()
rows = parquet.read_table(source)
merge = DeltaTable(directory).merge(source=rows, predicate="target.id = source.id", source_alias="source", target_alias="target")
metrics = merge.when_matched_update_all().when_not_matched_insert_all().execute()
ms = (time.perf_counter() - began) * 1000
print(json.dumps({"ms": ms, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, "inserted": metrics["num_target_rows_inserted"], "updated": metrics["num_target_rows_updated"]}))
