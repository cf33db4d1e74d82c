"""Signing in: whether the time tells who is known, what a session costs a page, and what an attack on passwords does to those who work."""

import http.client
import threading
import time
import urllib.parse
from pathlib import Path

from support import Missed, median, say
from web import FORM, Person

TRIES = 200
PAGES = 400
ADDRESSES = 50
SECONDS = 30
A_SECOND = 200
BAR_MB = 64
ARGON2_MB = 4 * 19456 / 1024


def try_in(port, login, password, source="127.0.0.1"):
    """One try at the sign-in; its status and its time in ms."""
    body = urllib.parse.urlencode({"_akce": "/prikaz/prihlasit", "jmeno": login, "heslo": password})
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=(source, 0))
    began = time.monotonic()
    try:
        connection.request("POST", "/prihlaseni", body, {"accept": "text/html", "content-type": FORM})
        answer = connection.getresponse()
        answer.read()
        return answer.status, (time.monotonic() - began) * 1000
    finally:
        connection.close()


def page_times(port, path, cookie, count):
    """Times of a page over one connection, in ms."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    times = []
    for _ in range(count):
        began = time.monotonic()
        connection.request("GET", path, headers={"accept": "text/html", "cookie": cookie or ""})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise Missed(f"{path}: {answer.status}")
        times.append((time.monotonic() - began) * 1000)
    connection.close()
    return times


def memory(process):
    """Resident memory of a process in MB."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1024


def unknown_users(bench, database):
    """Alternating tries at a name that is known and at one that is not, with the limits raised."""
    bench.env |= {"KRAJ108_TRIES_A_MINUTE": "1000000", "KRAJ108_TRIES_WAIT": "0"}
    server = bench.serve(database)
    try:
        for login in ("kraj", "nikdo"):
            try_in(server.port, login, "neni to ono")
        known, unknown = [], []
        for n in range(TRIES):
            login, times = (("kraj", known), ("nikdo-takovy", unknown))[n % 2]
            status, took = try_in(server.port, login, "neni to ono")
            if status != 422:
                raise Missed(f"a wrong password was answered with {status}")
            times.append(took)
    finally:
        server.stop()
        del bench.env["KRAJ108_TRIES_A_MINUTE"], bench.env["KRAJ108_TRIES_WAIT"]
    return median(known), median(unknown)


def session_cost(server):
    """The page of the search over one connection, with a session and without, taken in turns."""
    path = "/registr?q=domov"
    cookie = Person(server.port, "kraj", "kraj-ukazka-108").cookie
    page_times(server.port, path, cookie, 50)
    page_times(server.port, path, None, 50)
    with_it, without = [], []
    for _ in range(8):
        with_it += page_times(server.port, path, cookie, PAGES // 8)
        without += page_times(server.port, path, None, PAGES // 8)
    return median(with_it), median(without)


def attack(server):
    """Wrong passwords from many addresses while somebody works, and somebody else signs in."""
    worker = Person(server.port, "hodnotitel", "hodnotitel-ukazka").cookie
    before = median(page_times(server.port, "/prehled", worker, 150))
    idle = memory(server.process.pid)
    end, statuses, lock = time.monotonic() + SECONDS, {}, threading.Lock()

    def guess(address):
        pause = ADDRESSES / A_SECOND
        due = time.monotonic()
        while time.monotonic() < end:
            try:
                status, _ = try_in(server.port, "kraj", f"hádám {address}", f"127.0.0.{address}")
            except OSError:
                status = 0
            with lock:
                statuses[status] = statuses.get(status, 0) + 1
            due += pause
            time.sleep(max(0, due - time.monotonic()))

    most = [idle]

    def watch():
        while time.monotonic() < end:
            most[0] = max(most[0], memory(server.process.pid))
            time.sleep(0.1)

    threads = [threading.Thread(target=guess, args=(n + 10,)) for n in range(ADDRESSES)] + [threading.Thread(target=watch)]
    for thread in threads:
        thread.start()
    time.sleep(3)
    during, sign_in = [], None
    while time.monotonic() < end - 1:
        during += page_times(server.port, "/prehled", worker, 10)
        if sign_in is None and time.monotonic() > end - SECONDS / 2:
            status, sign_in = try_in(server.port, "kraj", "kraj-ukazka-108", "127.0.1.1")
            if status != 303:
                raise Missed(f"the right password was answered with {status} during the attack")
    for thread in threads:
        thread.join()
    time.sleep(60)
    return {
        "tries": sum(statuses.values()),
        "refused_unhashed": statuses.get(429, 0),
        "hashed": statuses.get(422, 0),
        "page_before_ms": round(before, 2),
        "page_during_ms": round(median(during), 2),
        "ratio_page": round(median(during) / before, 2),
        "sign_in_s": round(sign_in / 1000, 2),
        "idle_mb": round(idle, 1),
        "most_mb": round(most[0], 1),
        "after_mb": round(memory(server.process.pid), 1),
        "bar_mb": round(idle + ARGON2_MB + BAR_MB, 1),
    }


def measure(bench):
    bench.cluster()
    database = "bench_accounts"
    # The first start fills it.
    server = bench.serve(database, "--demo")
    with_it, without = session_cost(server)
    say(f"  search with a session {with_it:.2f} ms, without {without:.2f} ms")
    attacked = attack(server)
    server.stop()
    known, unknown = unknown_users(bench, database)
    say(f"  known {known:.2f} ms, unknown {unknown:.2f} ms")
    bench.drop(database)
    return {
        "known_ms": round(known, 2),
        "unknown_ms": round(unknown, 2),
        "ratio_unknown": round(unknown / known, 4),
        "session_ms": round(with_it, 2),
        "public_ms": round(without, 2),
        "ratio_session": round(with_it / without, 3),
        "attack": attacked,
    }
