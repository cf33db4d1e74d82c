"""What every part of ./bench needs: programs that are timed, a database of its own on a disk, a server, medians, the load of the machine."""

import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = (ROOT / os.environ.get("CARGO_TARGET_DIR", "target")).resolve()
BINARY = Path(os.environ.get("KRAJ108_BIN", TARGET / "release/kraj108"))
SITE = Path(os.environ.get("KRAJ108_SITE", TARGET / "site"))
median = statistics.median


class Missed(Exception):
    """A part that cannot be measured here, as one sentence."""


def say(text):
    print(text, flush=True)


class Timed:
    """A program that ran to its end: seconds, the most memory it held (MB), and what it printed."""

    def __init__(self, seconds, memory, output):
        self.seconds, self.memory, self.output = seconds, memory, output


class Watch:
    """The most memory that a program held. The kernel's own account at its end begins with what the program that started it held."""

    def __init__(self, pid):
        self.status, self.most, self.over = Path(f"/proc/{pid}/status"), 0, threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while not self.over.wait(0.02):
            try:
                own = re.search(r"VmHWM:\s*(\d+)", self.status.read_text())
                self.most = max(self.most, int(own.group(1)) / 1024 if own else 0)
            except OSError:
                pass

    def end(self):
        self.over.set()
        self.thread.join()


def timed(command, limit=600, env=None):
    """Runs a program to its end. What it prints goes to a file, so that nobody waits for a reader."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.monotonic()
        child = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd=ROOT, env=env)
        guard = threading.Timer(limit, child.kill)
        guard.start()
        watch = Watch(child.pid)
        try:
            child.wait()
        finally:
            guard.cancel()
            seconds = time.monotonic() - began
            watch.end()
        out.seek(0)
        err.seek(0)
        output = out.read().decode()
        if child.returncode != 0:
            ended = f"was stopped after {limit} s" if seconds >= limit else f"ended with {child.returncode}"
            raise Missed(f"{Path(command[0]).name} {' '.join(map(str, command[1:4]))} … {ended}: {err.read().decode()[-2000:]}{output[-500:]}")
        return Timed(seconds, watch.most, output)


def load():
    """Programs that want a processor, on average over the last minute."""
    return round(os.getloadavg()[0], 2)


def machine():
    """What was measured on."""
    cpu = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())
    return {
        "cpu": cpu.group(1) if cpu else "?",
        "cores": os.cpu_count(),
        "memory_gb": round(int(memory.group(1)) / 1e6) if memory else None,
        "kernel": os.uname().release,
    }


class Bench:
    """A folder and a private PostgreSQL with fsync for the time of the measurements."""

    def __init__(self):
        # /var/tmp lies on a disk where /tmp may lie in memory, and the user postgres reaches it.
        self.folder = Path(tempfile.mkdtemp(prefix="kraj108-bench-", dir=os.environ.get("KRAJ108_BENCH_FOLDER", "/var/tmp")))
        self.folder.chmod(0o755)
        self.socket = self.folder / "var/postgres/socket"
        self.env = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "DATABASE_OWNER_URL", "KRAJ108_DURABLE")}
        self.env |= {"KRAJ108_VAR": str(self.folder / "var"), "KRAJ108_SITE": str(SITE)}
        self.servers = []
        self.files = {}
        self.databases = {}
        self.holder = None

    def postmaster(self):
        """The process of the private PostgreSQL, where it runs."""
        try:
            pid = int((self.folder / "var/postgres/data/postmaster.pid").read_text().split()[0])
            return None if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z" else pid
        except (OSError, ValueError, IndexError):
            return None

    def kill_cluster(self):
        """kill -9 of the private PostgreSQL with all its processes."""
        if pid := self.postmaster():
            children = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True).stdout.split()
            for process in (pid, *map(int, children)):
                try:
                    os.kill(process, signal.SIGKILL)
                except ProcessLookupError:
                    pass

    def close(self):
        for server in reversed(self.servers):
            server.stop()
        # A server that was killed leaves its PostgreSQL behind.
        if pid := self.postmaster():
            os.kill(pid, signal.SIGINT)
            for _ in range(100):
                if not self.postmaster():
                    break
                time.sleep(0.1)
        shutil.rmtree(self.folder, ignore_errors=True)

    def kraj108(self, *arguments, limit=600, database=None):
        where = ["--database", database] if database else []
        return timed([BINARY, *arguments, *where], limit, self.env)

    def cluster(self):
        """The private PostgreSQL runs as long as the server that started it."""
        if not self.holder:
            self.holder = self.serve("bench_idle")

    def serve(self, database, *arguments):
        server = Server(self, database, *arguments)
        self.servers.append(server)
        return server

    def psql(self, database, sql, user="kraj_owner", limit=600):
        command = ["psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-h", self.socket, "-U", user, "-d", database]
        return timed([*command, "-c", sql], limit).output.strip()

    def fresh(self, database):
        """An empty, migrated database."""
        self.cluster()
        self.psql("postgres", f'drop database if exists "{database}" with (force)', "postgres")
        self.kraj108("migrate", database=database)
        return database

    def drop(self, database):
        self.databases.pop(database, None)
        self.psql("postgres", f'drop database if exists "{database}" with (force)', "postgres")

    def settle(self):
        """What was written before is on the disk, and does not count for what comes."""
        self.psql("postgres", "checkpoint", "postgres")
        os.sync()

    def register(self, scale):
        """The register of a scale as a plain file of the open data."""
        if scale not in self.files:
            path = self.folder / f"rpss-{scale}.json"
            self.kraj108("demo", "--scale", scale, "--seed", "1", "--write-rpss", path)
            # Read once, so that both competitors find it in memory.
            with path.open("rb") as file:
                while file.read(1 << 20):
                    pass
            self.files[scale] = path
        return self.files[scale]

    def imported(self, scale):
        """A database with the register of a scale, and how its import went; made once."""
        database = f"bench_{scale}"
        if database not in self.databases:
            file = self.register(scale)
            self.fresh(database)
            self.settle()
            self.databases[database] = self.kraj108("import-register", file, "--json", limit=1800, database=database)
            self.psql(database, "vacuum analyze", "postgres")
        return database, self.databases[database]


class Server:
    """`kraj108 serve` on a free port of the loopback address."""

    def __init__(self, bench, database, *arguments):
        self.database = database
        self.address_file = bench.folder / f"address-{uuid.uuid4()}"
        self.log = (bench.folder / f"log-{database}").open("ab")
        command = [str(BINARY), "serve", "--port", "0", "--address-file", str(self.address_file), "--database", database, *arguments]
        # A group of its own: Ctrl-C must reach the bench first, which then stops what it started.
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=bench.env, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, start_new_session=True
        )
        end = time.monotonic() + 300
        while not (self.address_file.exists() and self.address_file.read_text()):
            if self.process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise Missed(f"The server did not start: {Path(self.log.name).read_text()[-2000:]}")
            time.sleep(0.01)
        self.port = int(self.address_file.read_text().strip().rstrip("/").rsplit(":", 1)[1])

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()


def wrk(url, connections, seconds, threads=2):
    """Requests per second and the median latency in ms; anything but success is a fault."""
    output = timed(["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "--latency", url], seconds + 60).output
    if "Non-2xx" in output or "Socket errors" in output:
        raise Missed(f"wrk {url}: {output}")
    rate = float(re.search(r"Requests/sec:\s*([\d.]+)", output).group(1))
    number, unit = re.search(r"50%\s+([\d.]+)(us|ms|s)", output).groups()
    return rate, float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


if __name__ == "__main__":
    sys.exit("This is a part of ./bench.")
