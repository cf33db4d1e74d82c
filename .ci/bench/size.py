"""What a browser loads: the WebAssembly of the whole application, and public pages without any script."""

import json
import re
import urllib.request

from support import SITE, Missed


def get(url, **headers):
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30) as answer:
        return answer.read(), {name.lower(): value for name, value in answer.headers.items()}


def measure(bench):
    manifest = json.loads((SITE / "manifest.json").read_text())
    if manifest["profile"] != "wasm-release":
        raise Missed(f"{SITE} is not a release build.")
    files = manifest["files"]
    wasm, glue, loader, style = (files[name] for name in ("frontend.wasm", "frontend.js", "islands.js", "style.css"))
    database, _ = bench.imported("cr")
    server = bench.serve(database)
    pages = ["/", "/registr", "/registr?q=domov", "/pristupnost", "/prihlaseni"]
    listed = get(server.url("/registr?q=domov"))[0].decode()
    details = list(dict.fromkeys(re.findall(r'href="(/registr/sluzba/[^"?#/]+)"', listed)))[:3]
    for link in details:
        detail = get(server.url(link))[0].decode()
        pages += [link, *re.findall(r'href="(/registr/poskytovatel/[^"?#]+)"', detail)[:1]]
    with_script = {}
    for page in dict.fromkeys(pages):
        html = get(server.url(page))[0].decode()
        scripts = len(re.findall(r"<script\b|modulepreload|javascript:", html))
        if scripts:
            with_script[page] = scripts
    # Served as it lies there: compressed in advance, for ever, under a name that changes with the content.
    body, headers = get(server.url(wasm["path"]), **{"accept-encoding": "br"})
    served = {
        "precompressed": headers.get("content-encoding") == "br" and len(body) == wasm["brotli"],
        "immutable": "immutable" in headers.get("cache-control", ""),
        "hashed": re.search(r"\.[0-9a-f]{16}\.wasm$", wasm["path"]) is not None,
    }
    server.stop()
    return {
        "wasm_bytes": wasm["bytes"],
        "wasm_brotli": wasm["brotli"],
        "glue_brotli": glue["brotli"],
        "loader_brotli": loader["brotli"],
        "style_brotli": style["brotli"],
        "public_pages": list(dict.fromkeys(pages)),
        "pages_with_script": with_script,
        "served": served,
    }
