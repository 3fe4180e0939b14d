"""The same with delta-rs, which writes files anew also where a table has deletion vectors."""
import json, os, resource, sys, time
from deltalake import DeltaTable

def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

directory, where = sys.argv[1], sys.argv[2]
before = resident()
began = time.perf_counter()
metrics = DeltaTable(directory).delete(where)
ms = (time.perf_counter() - began) * 1000
print(json.dumps({"ms": ms, "before": before, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, "deleted": metrics["num_deleted_rows"]}))
