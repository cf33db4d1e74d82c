"""Full import of the register against COPY of the same rows, and an unchanged re-import."""

import json
import os
import threading
from pathlib import Path

from support import median, say, timed

RUNS = 3
# What an import writes, besides its record in the audit trail. Code lists are loaded before.
OTHERS = ("codelist_row", "codelist_file", "territory", "_sqlx_migrations")


def tables(bench, database):
    """Tables with rows, referenced ones first, each with the columns that are stored."""
    names = bench.psql(
        database,
        "select c.relname from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace order by 1",
    ).splitlines()
    filled = [name for name in names if name not in OTHERS and bench.psql(database, f"select exists (select from {name})") == "t"]
    needs = bench.psql(
        database,
        "select conrelid::regclass, confrelid::regclass from pg_constraint where contype = 'f' and not condeferrable and conrelid <> confrelid",
    )
    needs = [line.split("|") for line in needs.splitlines()]
    ordered = []
    while len(ordered) < len(filled):
        free = [t for t in filled if t not in ordered and all(b in ordered or b not in filled for a, b in needs if a == t)]
        ordered += free
    columns = {
        table: bench.psql(
            database,
            "select string_agg(quote_ident(column_name), ', ' order by ordinal_position) from information_schema.columns"
            f" where table_schema = 'public' and table_name = '{table}' and is_generated = 'NEVER'",
        )
        for table in ordered
    }
    return columns


class Backend:
    """Watches how much memory of its own the connection of the import holds, which `import-register` itself does not show."""

    def __init__(self, database):
        self.most, self.over = 0, threading.Event()
        self.words = f"kraj_app {database}"
        self.thread = threading.Thread(target=self.watch)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def watch(self):
        while not self.over.wait(0.1):
            for process in Path("/proc").glob("[0-9]*"):
                try:
                    line = (process / "cmdline").read_bytes()
                    if line.startswith(b"postgres: ") and self.words in line.decode(errors="replace"):
                        status = (process / "status").read_text()
                        own = next(line for line in status.splitlines() if line.startswith("RssAnon"))
                        self.most = max(self.most, int(own.split()[1]) / 1024)
                except (OSError, StopIteration):
                    pass


def rows(bench, database, columns):
    counts = " + ".join(f"(select count(*) from {table})" for table in columns)
    return int(bench.psql(database, f"select {counts}"))


def copy(bench, columns, folder):
    """Seconds of one transaction that copies every table, as the owner, into a database with the same indexes and constraints."""
    bench.fresh("bench_copy")
    script = folder / "copy.sql"
    lines = [f"\\copy {table} ({names}) from '{folder / (table + '.csv')}' with (format csv)" for table, names in columns.items()]
    script.write_text("\n".join(lines) + "\n")
    bench.settle()
    command = ["psql", "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-h", bench.socket, "-U", "kraj_owner", "-d", "bench_copy", "-f", script]
    seconds = timed(command, 600).seconds
    counted = rows(bench, "bench_copy", columns)
    bench.drop("bench_copy")
    return seconds, counted


def measure(bench):
    file = bench.register("cr")
    folder = bench.folder / "copy"
    folder.mkdir(exist_ok=True)
    imports, again, copies, columns = [], [], [], None
    for run in range(RUNS):
        bench.fresh("bench_import")
        bench.settle()
        with Backend("bench_import") as backend:
            first = bench.kraj108("import-register", file, "--json", database="bench_import")
        if columns is None:
            # Before the second import, which adds a record of its own.
            columns = tables(bench, "bench_import")
            for table, names in columns.items():
                content = bench.psql("bench_import", f"copy (select {names} from {table}) to stdout with (format csv)")
                (folder / f"{table}.csv").write_text(content + "\n")
            written = rows(bench, "bench_import", columns)
        bench.settle()
        second = bench.kraj108("import-register", file, "--json", database="bench_import")
        assert json.loads(second.output)["services"]["unchanged"] == json.loads(first.output)["services"]["new"]
        imports.append(first)
        again.append(second.seconds)
        backend_memory = backend.most
        bench.drop("bench_import")
        seconds, counted = copy(bench, columns, folder)
        assert counted == written, f"{counted} rows were copied instead of {written}"
        copies.append(seconds)
        say(f"  import {first.seconds:.2f} s, again {second.seconds:.2f} s, COPY {seconds:.2f} s")
    for path in folder.iterdir():
        path.unlink()
    first, second, copied = median(t.seconds for t in imports), median(again), median(copies)
    report = json.loads(imports[0].output)
    return {
        "services": report["records"],
        "facilities": report["facilities"]["new"],
        "file_mb": round(os.path.getsize(file) / 1e6, 1),
        "rows": written,
        "import_s": round(first, 3),
        "copy_s": round(copied, 3),
        "again_s": round(second, 3),
        "ratio_copy": round(first / copied, 2),
        "ratio_again": round(second / first, 3),
        "memory_mb": round(max(t.memory for t in imports)),
        "backend_memory_mb": round(backend_memory),
    }
