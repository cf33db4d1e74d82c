"""The table of the README: every bar with what was measured last, also where it is missed."""

from support import ROOT

BEGIN, END = "<!-- ./bench writes from here -->", "<!-- to here -->"


def number(value):
    """As people read it: 6733 → 6,733."""
    return f"{value:,}"


def rows(r):
    """Name, bar, ratio or size, whether it is kept, and what it is made of."""
    if m := r.get("import"):
        yield ("full import of the register against `COPY` of the same rows", "≤ 3×", f"{number(m['ratio_copy'])}×", m["ratio_copy"] <= 3,
               f"{number(m['import_s'])} s against {number(m['copy_s'])} s; {number(m['services'])} services, {number(m['file_mb'])} MB, {number(m['rows'])} rows")
        yield ("peak memory of the import", "≤ 300 MB", f"{number(m['memory_mb'])} MB", m["memory_mb"] <= 300,
               f"its connection to PostgreSQL holds {number(m['backend_memory_mb'])} MB more")
        yield ("unchanged re-import against the first", "≤ 0.5×", f"{number(m['ratio_again'])}×", m["ratio_again"] <= 0.5,
               f"{number(m['again_s'])} s against {number(m['import_s'])} s")
    if m := r.get("search"):
        yield ("search page against the bare JSON route, requests/s", "≥ 0.5×", f"{number(m['ratio_rate'])}×", m["ratio_rate"] >= 0.5,
               f"{number(m['page_per_s'])}/s against {number(m['json_per_s'])}/s; `{m['query']}` finds {number(m['found'])}")
        yield ("the same, median latency", "≤ 2×", f"{number(m['ratio_latency'])}×", m["ratio_latency"] <= 2,
               f"{number(m['page_ms'])} ms against {number(m['json_ms'])} ms; 16 connections")
    if m := r.get("calculation"):
        yield ("LibreOffice's `calculateAll()` against the calculation of the country", "≥ 5×", f"{number(m['ratio_libreoffice'])}×", m["ratio_libreoffice"] >= 5,
               f"{number(m['libreoffice_ms'])} ms against {number(m['native_ms'])} ms; {number(m['services'])} services × {m['steps']} steps")
        yield ("WebAssembly in one worker against native", "≤ 4×", f"{number(m['ratio_wasm'])}×", m["ratio_wasm"] <= 4,
               f"{number(m['wasm_ms'])} ms against {number(m['native_ms'])} ms")
        yield ("LibreOffice opening, computing and saving against `kraj108 calculate`", "≥ 50×", f"{number(m['ratio_command'])}×", m["ratio_command"] >= 50,
               f"{number(m['convert_s'])} s against {number(m['command_s'])} s")
    if m := r.get("size"):
        yield ("WebAssembly of the whole application, brotli", "≤ 300 kB", f"{number(round(m['wasm_brotli'] / 1000, 1))} kB", m["wasm_brotli"] <= 300_000,
               f"{number(round(m['wasm_bytes'] / 1000))} kB raw; with its JavaScript {number(round((m['glue_brotli'] + m['loader_brotli']) / 1000, 1))} kB")
        yield ("public pages without any script", "all", f"{len(m['public_pages']) - len(m['pages_with_script'])} of {len(m['public_pages'])}",
               not m["pages_with_script"] and all(m["served"].values()), ", ".join(name for name, kept in m["served"].items() if kept))
    if m := r.get("accounts"):
        a = m["attack"]
        yield ("sign-in of an unknown name against a known one, wrong password, medians", "within 5 %", f"{number(m['ratio_unknown'])}×", abs(m["ratio_unknown"] - 1) <= 0.05,
               f"{number(m['unknown_ms'])} ms against {number(m['known_ms'])} ms; 200 tries in turns, limits raised")
        yield ("search page with a session against without, one connection, medians", "≤ 1.25×", f"{number(m['ratio_session'])}×", m["ratio_session"] <= 1.25,
               f"{number(m['session_ms'])} ms against {number(m['public_ms'])} ms")
        yield ("pages of people at work under 200 wrong passwords/s from 50 addresses", "≤ 2×", f"{number(a['ratio_page'])}×", a["ratio_page"] <= 2,
               f"{number(a['page_during_ms'])} ms against {number(a['page_before_ms'])} ms; {number(a['tries'])} tries in 30 s, {number(a['hashed'])} hashed, {number(a['refused_unhashed'])} refused before")
        yield ("a right sign-in from another address meanwhile", "≤ 3 s", f"{number(a['sign_in_s'])} s", a["sign_in_s"] <= 3, "")
        yield ("memory under the attack", f"≤ {number(a['bar_mb'])} MB", f"{number(a['most_mb'])} MB", a["most_mb"] <= a["bar_mb"], f"idle {number(a['idle_mb'])} MB")
        yield ("memory 60 s after it", "≤ idle + 10 %", f"{number(a['after_mb'])} MB", a["after_mb"] <= a["idle_mb"] * 1.1, f"idle {number(a['idle_mb'])} MB")
    if m := r.get("growth"):
        once, ten = m["once"], m["ten_times"]
        for name, key, bar, what, unit in (
            ("import", "import_s", 12, "import", "s"), ("calculation", "calculation_ms", 12, "calculation", "ms"), ("list", "list_ms", 12, "unfiltered list", "ms"),
            ("search", "search_ms", 1.5, f"search that finds {once['found']} services in both", "ms")):
            yield (f"ten times the services: {what}", f"≤ {number(bar)}×", f"{number(m['ratio_' + name])}×", m["ratio_" + name] <= bar,
                   f"{number(round(ten[key], 2))} {unit} against {number(round(once[key], 2))} {unit}")
    if m := r.get("kill"):
        yield ("`kill -9` during a submission, a calculation, a publication", "0 faults", f"{m['faults']} faults", m["faults"] == 0,
               f"{m['kills']} kills: {m['nothing']} before the commit, {m['done']} after it, {m['acknowledged']} of these acknowledged")


def markdown(results, about):
    lines = [f"Measured by `./bench` {about}.", "", "| what | bar | measured | | of |", "|---|---|---|---|---|"]
    for what, bar, measured, kept, of in rows(results):
        lines.append(f"| {what} | {bar} | {measured} | {'yes' if kept else '**missed**'} | {of} |")
    return "\n".join(lines)


def write(results, about):
    """Puts the table into the README, between its marks."""
    readme = ROOT / "README.md"
    text = readme.read_text()
    before, _, rest = text.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        return
    readme.write_text(f"{before}{BEGIN}\n\n{markdown(results, about)}\n\n{END}{after}")
