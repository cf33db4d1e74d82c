"""kill -9 of the server, and every other time of PostgreSQL with it, during submissions, calculations and publications.

After each restart either all of the command is there or nothing, what was acknowledged is there, `kraj108 verify` finds no fault, and the same
form sent again does the work exactly once.
"""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time

from support import BINARY, ROOT, Bench, Missed, Server, say
from web import Person, Refused

DATABASE = "bench_kill"
PEOPLE = {"submitter": ("statutar", "statutar-ukazka-108"), "editor": ("poskytovatel", "poskytovatel-108"), "officer": ("kraj", "kraj-ukazka-108"),
          "council": ("rada", "rada-ukazka-108")}
KRAJ = "60"
TRIALS = {"submit": 7, "calculate": 7, "publish": 6}
# What changes without a new row.
STATES = {
    "applications submitted": "select count(*) from application where state = 'submitted'",
    "applications locked": "select count(*) from application where state = 'locked'",
    "parts that count": "select count(*) from application_part where withdrawn_at is null",
    "awards published": "select count(*) from award where published_at is not null",
    "explanations published": "select count(*) from award_detail where published_at is not null",
    "rounds published": "select count(*) from kraj_round where results_published_at is not null",
    "schemes frozen": "select count(*) from scheme_version where frozen_at is not null",
    # The chain of the system notes every start of the server.
    "links of the trail": "select coalesce(sum(seq), 0) from audit.head where chain <> 'system'",
    "events of the trail": "select count(*) from audit.event where chain <> 'system'",
}


class World:
    """The demo with a submitted-to-be application, and the server that is killed again and again."""

    def __init__(self, bench):
        self.bench, self.people = bench, {}
        self.server = Server(bench, DATABASE, "--demo")
        for name, (login, password) in PEOPLE.items():
            self.people[name] = Person(self.server.port, login, password)
        tables = self.ask(
            "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in ('public', 'audit') and tablename not in ('session', 'head', 'event')"
        ).splitlines()
        counts = [f"select '{table}' as name, count(*) as count from {table}" for table in tables]
        counts += [f"select '{name}', ({sql})" for name, sql in STATES.items()]
        self.counting = " union all ".join(counts)

    def ask(self, sql):
        return self.bench.psql(DATABASE, sql, "postgres")

    def state(self):
        """Rows of every table, and the states that change without a row."""
        return {name: int(float(count)) for name, count in (line.split("|") for line in self.ask(self.counting).splitlines())}

    def restart(self):
        self.server = Server(self.bench, DATABASE)
        for person in self.people.values():
            person.port = self.server.port

    def kill(self, with_database):
        """Both get no chance to say goodbye."""
        os.kill(self.server.process.pid, signal.SIGKILL)
        if with_database:
            self.bench.kill_cluster()

    def settled(self):
        """Waits until no connection of the killed server is at work."""
        for _ in range(200):
            with contextlib.suppress(Missed):
                if self.ask(f"select count(*) from pg_stat_activity where datname = '{DATABASE}' and usename = 'kraj_app'") == "0":
                    return
            time.sleep(0.05)
        raise Missed("A connection of the killed server is still at work.")

    def faults(self):
        ran = subprocess.run([BINARY, "verify", "--json", "--database", DATABASE], cwd=ROOT, env=self.bench.env, capture_output=True, text=True, timeout=120)
        try:
            return json.loads(ran.stdout)["faults"]
        except (json.JSONDecodeError, KeyError):
            return [f"verify did not answer: {ran.stdout}{ran.stderr}"]


class Submit:
    """A provider submits; between two trials it takes the application back and locks it again."""

    person, path = "submitter", "podat"

    def __init__(self, world):
        self.world = world
        editor = world.people["editor"]
        self.address = editor.fill("/dotace/zadosti", "/prikaz/dotace/zalozit-zadost").split("/spolecne")[0]
        services = self.add(editor)
        self.save(editor, f"{self.address}/ucet", {"ucet": "19-2000145399/0800", "zastupce.jmeno": "Alena Benešová", "kontakt.jmeno": "Eva Malá",
                                                  "kontakt.telefon": "+420 199 657 111"})
        for service in services:
            part, field = f"{self.address}/sluzba/{service}", f"sluzba.{service}"
            capacity = {f"{field}.kapacita.{group}.{column}": value for group in ("pob", "at") for column, value in
                        (("predminuly", "10"), ("minuly", "10"), ("plan", "12"), ("jednotky", "8,5"), ("mesice", "12"))}
            self.save(editor, f"{part}/kapacita", capacity)
            self.save(editor, f"{part}/rozpocet", {f"{field}.rozpocet.1.1.naklady": "5000000", f"{field}.rozpocet.1.1.pozadavek": "3000000"})
            self.save(editor, f"{part}/zdroje", {f"{field}.zdroje.obec_dotace.plan": "2000000"})
            self.save(editor, f"{part}/kraje", {f"{field}.kraj.{KRAJ}.zadano": "ano"})

    def add(self, editor):
        path, command = f"{self.address}/sluzby", "/prikaz/dotace/pridat-sluzby"
        fields, boxes = editor.form(path, command)
        offered = [value for name, value in boxes if name == "sluzby[]"]
        complete = self.world.ask(
            "select service_id from service_version where superseded_at is null and upper_inf(valid) and coalesce(identifikator, '') <> ''"
            f" and cardinality(forms) > 0 and provided_to is null and '{KRAJ}' = any (kraje) and service_id::text = any ('{{{','.join(offered)}}}') order by 1 limit 3"
        ).split()
        if not complete:
            raise Refused("The provider has no complete service.")
        editor.post(path, [*((name, value) for name, value in fields.items() if name != "sluzby[]"), *(("sluzby[]", service) for service in complete)])
        return complete

    @staticmethod
    def save(editor, path, values):
        def change(fields, boxes):
            known = {name for name, _ in boxes} | set(fields)
            # A service has the fields of its own forms only.
            fields.update({f"pole[{name}]": value for name, value in values.items() if f"pole[{name}]" in known})
            fields["kam"] = "prehled"

        editor.fill(path, "/prikaz/dotace/ulozit-zadost", change)

    def ready(self):
        submitter = self.world.people["submitter"]
        state = self.world.ask(f"select state from application where id = '{self.address.rsplit('/', 1)[1]}'")
        if state == "submitted":
            submitter.fill(f"{self.address}/vzit-zpet", "/prikaz/dotace/vzit-zpet-zadost")
        if state != "locked":
            submitter.fill(f"{self.address}/podani", "/prikaz/dotace/uzamknout-zadost")
        fields, _ = submitter.form(f"{self.address}/podat", "/prikaz/dotace/podat-zadost")
        return submitter, f"{self.address}/podat", {**fields, "prohlaseni": "ano"}


class Calculate:
    """A region computes its round once more."""

    def __init__(self, world):
        self.world = world
        self.path = world.ask(
            "select format('/dotace/%s/%s/vypocet', r.year, r.number) from kraj_round k join subsidy_round r on r.id = k.round_id"
            f" where k.kraj_code = '{KRAJ}' and k.results_published_at is null order by r.year desc limit 1"
        )

    def ready(self):
        council = self.world.people["council"]
        fields, _ = council.form(self.path, "/prikaz/dotace/spustit-vypocet")
        return council, self.path, {**fields, "nazev": "Zkouška vypnutí"}


class Publish:
    """A region publishes; between two trials the publication is taken back in the database, which no page can do."""

    def __init__(self, world):
        self.world = world
        self.round, self.path = world.ask(
            "select k.id, format('/dotace/%s/%s/zverejneni', r.year, r.number) from kraj_round k join subsidy_round r on r.id = k.round_id"
            f" where k.kraj_code = '{KRAJ}' and k.results_published_at is not null limit 1"
        ).split("|")

    def ready(self):
        self.world.ask(
            f"update kraj_round set results_published_at = null where id = '{self.round}';"
            f" update award_detail d set published_at = null from award a where a.part_service_id = d.part_service_id and a.kraj_round_id = '{self.round}';"
            f" update award set published_at = null where kraj_round_id = '{self.round}'"
        )
        officer = self.world.people["officer"]
        fields, _ = officer.form(self.path, "/prikaz/dotace/zverejnit-vysledky")
        return officer, self.path, fields


def change(before, after):
    return {name: after[name] - before[name] for name in after if after[name] != before.get(name, 0)}


def undisturbed(world, action):
    """How long it takes right after a start, and what it changes."""
    world.server.stop()
    world.restart()
    person, path, fields = action.ready()
    before, began = world.state(), time.monotonic()
    person.post(path, fields)
    return time.monotonic() - began, change(before, world.state())


def trial(world, action, delay, with_database, expected):
    """One kill: gives `nothing` or `done`, whether it was acknowledged, and what is wrong."""
    world.server.stop()
    world.restart()
    person, path, fields = action.ready()
    before, acknowledged = world.state(), False
    killer = threading.Timer(delay, world.kill, (with_database,))
    killer.start()
    try:
        acknowledged = person.send("POST", path, fields)[0] == 303
    except (OSError, http.client.HTTPException):
        pass
    killer.join()
    world.server.process.wait()
    if not with_database:
        world.settled()
    world.restart()
    faults = []
    found = change(before, world.state())
    if found not in ({}, expected):
        faults.append(f"a part of it is there: {found} instead of {expected}")
    if acknowledged and found != expected:
        faults.append("it was acknowledged and is not there")
    faults += world.faults()
    # The person sends the same form again: the work is done once, whether it was done before or not.
    try:
        person.post(path, fields)
    except Refused as refused:
        faults.append(f"sent again: {refused}")
    if (again := change(before, world.state())) != expected:
        faults.append(f"after it was sent again: {again} instead of {expected}")
    faults += world.faults()
    return "done" if found else "nothing", acknowledged, faults


def measure(_bench=None):
    bench = Bench()
    bench.env["KRAJ108_HASH_MEMORY"] = "1024"
    kills, counts, all_faults = 0, {"nothing": 0, "done": 0, "acknowledged": 0}, []
    world = None
    try:
        world = World(bench)
        for kind, name in ((Submit, "submit"), (Calculate, "calculate"), (Publish, "publish")):
            action = kind(world)
            duration, expected = undisturbed(world, action)
            say(f"  {name}: {duration * 1000:.0f} ms undisturbed, changes {expected}")
            for number in range(TRIALS[name]):
                # From the first moments to after the answer.
                delay = duration * (number + 0.5) / TRIALS[name] * 1.4
                with_database = number % 2 == 1
                outcome, acknowledged, faults = trial(world, action, delay, with_database, expected)
                kills += 1
                counts[outcome] += 1
                counts["acknowledged"] += acknowledged
                all_faults += [f"{name} killed after {delay * 1000:.0f} ms: {fault}" for fault in faults]
                what = "server and database" if with_database else "server"
                say(f"  {name}: {what} killed after {delay * 1000:.0f} ms: {outcome}{', acknowledged' if acknowledged else ''}{''.join(f'; {f}' for f in faults)}")
    except Refused as refused:
        raise Missed(str(refused)) from refused
    finally:
        if world:
            world.server.stop()
        bench.close()
    return {"kills": kills, **counts, "faults": len(all_faults), "sentences": all_faults}


if __name__ == "__main__":
    try:
        result = measure()
    except Missed as reason:
        sys.exit(f"The kill test could not run: {reason}")
    print(f"{result['kills']} kills: {result['nothing']} before the commit, {result['done']} after it, {result['acknowledged']} of these acknowledged; {result['faults']} faults")
    sys.exit(1 if result["faults"] else 0)
