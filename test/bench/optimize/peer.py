"""The same with delta-rs."""
import json, resource, sys, time
from deltalake import DeltaTable

directory, target, by = (sys.argv[1:] + [""])[:3]
began = time.perf_counter()
optimizer = DeltaTable(directory).optimize
metrics = optimizer.z_order(by.split(","), target_size=int(target)) if by else optimizer.compact(target_size=int(target))
ms = (time.perf_counter() - began) * 1000
print(json.dumps({"ms": ms, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, "before": metrics["numFilesRemoved"], "after": metrics["numFilesAdded"], "commits": 1}))
