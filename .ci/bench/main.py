"""Runs the parts that are named on the command line and keeps what they measured."""

import datetime
import json
import signal
import subprocess
import sys
import time

import accounts
import calculation
import growth
import kill
import register_import
import search
import size
import table
from support import ROOT, Bench, Missed, load, machine, say

PARTS = {
    "import": register_import.measure,
    "search": search.measure,
    "calculation": calculation.measure,
    "size": size.measure,
    "accounts": accounts.measure,
    "growth": growth.measure,
    "kill": kill.measure,
}
RESULTS = ROOT / "bench-results"


def kept():
    """What every part measured last, by the files of the results in the order of their days."""
    results = {}
    for path in sorted(RESULTS.glob("*.json")):
        results |= json.loads(path.read_text())["parts"]
    return results


def commit():
    asked = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True)
    return asked.stdout.strip() or None


def main(names):
    names = names or list(PARTS)
    today = datetime.date.today().isoformat()
    path = RESULTS / f"{today}.json"
    RESULTS.mkdir(exist_ok=True)
    document = json.loads(path.read_text()) if path.exists() else {"parts": {}}
    document["machine"] = machine()
    missed = []
    # Ctrl-C and kill both end in the clean-up below.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    bench = Bench()
    try:
        for name in names:
            before, began = load(), time.monotonic()
            say(f"\n── {name} (load {before})")
            try:
                measured = PARTS[name](bench)
            except Missed as reason:
                missed.append(f"{name}: {reason}")
                say(f"  not measured: {reason}")
                continue
            measured |= {"load_before": before, "load_after": load(), "seconds": round(time.monotonic() - began), "commit": commit()}
            document["parts"][name] = measured
            path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
            say("  " + json.dumps(measured, ensure_ascii=False))
    finally:
        bench.close()
    results = kept()
    loads = [part[key] for part in results.values() for key in ("load_before", "load_after")]
    m = document["machine"]
    about = f"on {today}, {m['cores']} cores of {m['cpu']}, {m['memory_gb']} GB"
    if loads:
        about += f"; the load was {min(loads)} to {max(loads)}"
    table.write(results, about)
    say("\n" + table.markdown(results, about))
    for sentence in missed:
        say(f"\nNot measured: {sentence}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
