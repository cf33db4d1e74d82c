"""The calculation of the whole country: natively and as WebAssembly against LibreOffice on the same workbook; the command against a conversion."""

import json
import subprocess

import browser
from office import Office
from support import ROOT, TARGET, Missed, median, say, timed

SERVICES = 6_733
RUNS = 5
SCHEME = ROOT / "app/domain/examples/country.toml"
EXAMPLE = TARGET / "release/examples/country"


def built(*command):
    if subprocess.run([str(word) for word in command], cwd=ROOT).returncode != 0:
        raise Missed(f"{' '.join(map(str, command))} failed, see above.")


def native(services=SERVICES, file=None):
    """What the example measured: medians of nine runs in one process."""
    built("cargo", "build", "--locked", "--quiet", "--release", "-p", "domain", "--example", "country")
    return json.loads(timed([EXAMPLE, services, *([file] if file else [])]).output)


def measure(bench):
    folder = bench.folder / "calculation"
    folder.mkdir(exist_ok=True)
    csv, workbook, amount = folder / "services.csv", folder / "country.xlsx", str(SERVICES * 2_000_000)
    own = native(file=csv)
    say(f"  native {own['run_us'] / 1000:.1f} ms")

    files = ["--scheme", SCHEME, "--services", csv, "--allocation", amount]
    bench.kraj108("calculate", *files, "--out", folder / "warm.csv", "--xlsx", workbook)
    whole = [bench.kraj108("calculate", *files, "--out", folder / "out.csv").seconds for _ in range(RUNS)]
    say(f"  kraj108 calculate {median(whole):.3f} s")

    built(TARGET / "release/site", "--bench")
    wasm, awarded = browser.run(TARGET / "site-bench", SCHEME, csv, amount, 9)
    if awarded != own["awarded"]:
        raise Missed(f"WebAssembly awarded {awarded} Kč, natively it is {own['awarded']} Kč.")
    say(f"  WebAssembly {median(wasm) * 1000:.1f} ms")

    office = Office(folder)
    cells = ("Rozdělení", award_cells())
    recalculated, total = office.recalculate(workbook, RUNS, cells)
    if round(total) != int(own["awarded"]):
        raise Missed(f"LibreOffice awards {total} Kč, the calculation {own['awarded']} Kč.")
    say(f"  calculateAll {', '.join(f'{s:.2f}' for s in recalculated)} s")
    converted = [office.convert(workbook, folder / "converted") for _ in range(3)]
    say(f"  soffice --convert-to {', '.join(f'{s:.1f}' for s in converted)} s")

    run = own["run_us"] / 1e6
    return {
        "services": own["services"],
        "steps": own["steps"],
        "awarded": own["awarded"],
        "native_ms": round(run * 1000, 1),
        "wasm_ms": round(median(wasm) * 1000, 1),
        "libreoffice_ms": round(median(recalculated) * 1000, 1),
        "libreoffice": timed(["soffice", f"-env:UserInstallation=file://{folder}/office", "--version"]).output.strip(),
        "workbook_mb": round(workbook.stat().st_size / 1e6, 1),
        "command_s": round(median(whole), 3),
        "convert_s": round(median(converted), 2),
        "ratio_libreoffice": round(median(recalculated) / run, 2),
        "ratio_wasm": round(median(wasm) / run, 2),
        "ratio_command": round(median(converted) / median(whole), 1),
    }


def award_cells():
    """The column of awards on the sheet of the allocation; see server/print/src/run_xlsx/place.rs."""
    text = (ROOT / "server/print/src/run_xlsx/place.rs").read_text()

    def number(name):
        line = next(line for line in text.splitlines() if f"pub const {name}:" in line)
        return int(line.split("=")[1].strip().rstrip(";").split("_u")[0])

    column, first = chr(ord("A") + number("AWARD")), number("FIRST") + 1
    return f"{column}{first}:{column}{first + SERVICES - 1}"
