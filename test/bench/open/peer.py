"""The same with delta-rs: opens the table at a path, then again unchanged. Then its files and their rows by their statistics, with `check` told, else timed alone; with `checkpoint`, writes one instead."""
import json, os, resource, sys, time
from deltalake import DeltaTable

def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

directory, what = sys.argv[1], sys.argv[2]
if what == "checkpoint":
    DeltaTable(directory).create_checkpoint()
    print(json.dumps({}))
    sys.exit()
before = resident()
began = time.perf_counter()
table = DeltaTable(directory)
version = table.version()
cold = time.perf_counter() - began
grown = resident() - before
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before
again = []
for _ in range(20):
    resumed = time.perf_counter()
    table.update_incremental()
    again.append(time.perf_counter() - resumed)
began = time.perf_counter()
adds = table.get_add_actions(flatten=True)
files, rows = adds.num_rows, sum(count.as_py() for count in adds.column("num_records"))
statistics = time.perf_counter() - began
print(json.dumps({"coldMs": cold * 1000, "statisticsMs": statistics * 1000, "unchangedMs": sorted(again)[10] * 1000, "grown": grown, "peak": peak, "files": files, "rows": rows, "version": version}))
