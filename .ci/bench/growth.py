"""Ten times the services: import, calculation, the unfiltered list, and a search that finds equally many services in both sizes."""

import json
import re
import urllib.request
from pathlib import Path

import calculation
from support import ROOT, Missed, median, say, wrk

RUNS = 3
# Providers of the first tenth alone have it in their name; see server/src/demo/names.rs.
EQUAL = re.search(r'FIRST_BLOCK_BRAND: &str = "(\w+)"', (ROOT / "server/src/demo/names.rs").read_text()).group(1)


def latencies(bench, scale):
    """Import in seconds; medians in ms of the unfiltered list and of the equal search, one connection; services the search found."""
    database, imported = bench.imported(scale)
    bench.settle()
    server = bench.serve(database)
    found = json.load(urllib.request.urlopen(server.url(f"/registr.json?q={EQUAL}"), timeout=60))["total"]
    result = {"import_s": round(imported.seconds, 2), "import_mb": round(imported.memory), "found": found}
    for name, path in (("list_ms", "/registr"), ("search_ms", f"/registr?q={EQUAL}")):
        wrk(server.url(path), 1, 3, 1)
        result[name] = round(median(wrk(server.url(path), 1, 5, 1)[1] for _ in range(RUNS)), 2)
    server.stop()
    say(f"  {scale}: {json.dumps(result)}")
    return result


def measure(bench):
    small, large = calculation.native(), calculation.native(10 * calculation.SERVICES)
    once, ten = latencies(bench, "cr"), latencies(bench, "10x")
    bench.drop("bench_10x")
    if path := bench.files.pop("10x", None):
        Path(path).unlink()
    if once["found"] != ten["found"] or not 0 < once["found"] <= 200:
        raise Missed(f"The search for {EQUAL} finds {once['found']} and {ten['found']} services.")
    once["calculation_ms"], ten["calculation_ms"] = small["run_us"] / 1000, large["run_us"] / 1000
    ratios = {f"ratio_{name}": round(ten[key] / once[key], 2) for name, key in
              (("import", "import_s"), ("calculation", "calculation_ms"), ("list", "list_ms"), ("search", "search_ms"))}
    return {"once": once, "ten_times": ten, **ratios}
