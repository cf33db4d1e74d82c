"""The page of the search against the bare route that asks the same of the database and answers as JSON."""

import json
import urllib.parse
import urllib.request

from support import Missed, median, say, wrk

RUNS = 3
SECONDS = 20
CONNECTIONS = 16


def get(url):
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.read()


def question(server):
    """A text and a region that give at least one full page."""
    for text in ("domov", "pomoc", "centrum"):
        found = json.loads(get(server.url("/registr.json?" + urllib.parse.urlencode({"q": text}))))
        kraj = max(found["facets"]["kraje"], key=lambda facet: facet["count"])
        query = urllib.parse.urlencode({"q": text, "kraj": kraj["key"]})
        found = json.loads(get(server.url("/registr.json?" + query)))
        if len(found["rows"]) == 50 and not found["similar"]:
            return query, found["total"]
    raise Missed("No text gives a full page of the search.")


def measure(bench):
    database, _ = bench.imported("cr")
    server = bench.serve(database)
    query, total = question(server)
    page, bare = server.url("/registr?" + query), server.url("/registr.json?" + query)
    for url in (page, bare):
        wrk(url, CONNECTIONS, 5)
    pages, bares = [], []
    for _ in range(RUNS):
        pages.append(wrk(page, CONNECTIONS, SECONDS))
        bares.append(wrk(bare, CONNECTIONS, SECONDS))
        say(f"  page {pages[-1][0]:.0f}/s, {pages[-1][1]:.1f} ms; JSON {bares[-1][0]:.0f}/s, {bares[-1][1]:.1f} ms")
    sizes = len(get(page)), len(get(bare))
    server.stop()
    rate, bare_rate = median(p[0] for p in pages), median(b[0] for b in bares)
    latency, bare_latency = median(p[1] for p in pages), median(b[1] for b in bares)
    return {
        "query": query,
        "found": total,
        "page_per_s": round(rate, 1),
        "json_per_s": round(bare_rate, 1),
        "page_ms": round(latency, 2),
        "json_ms": round(bare_latency, 2),
        "page_bytes": sizes[0],
        "json_bytes": sizes[1],
        "ratio_rate": round(rate / bare_rate, 3),
        "ratio_latency": round(latency / bare_latency, 3),
    }
