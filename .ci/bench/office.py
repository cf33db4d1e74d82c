"""LibreOffice, without a window, with a profile of its own that computes every workbook anew when it opens it."""

import json
import multiprocessing
import os
import subprocess
import time
import uuid

from support import Missed, timed

RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""


class Office:
    """The program with its profile in a folder."""

    def __init__(self, folder):
        self.folder = folder
        profile = folder / "office/user"
        profile.mkdir(parents=True, exist_ok=True)
        (profile / "registrymodifications.xcu").write_text(RECALCULATE)
        self.command = ["soffice", f"-env:UserInstallation=file://{folder}/office", "--headless", "--norestore", "--nologo", "--nodefault"]

    def convert(self, workbook, out, limit=900):
        """The whole process: start, open, compute, save, end."""
        out.mkdir(exist_ok=True)
        ran = timed([*self.command, "--convert-to", "xlsx", "--outdir", out, workbook], limit)
        if not (out / workbook.name).exists():
            raise Missed(f"LibreOffice did not save the workbook: {ran.output}")
        return ran.seconds

    def recalculate(self, workbook, runs, sum_of, limit=1800):
        """Seconds of each calculateAll() on the workbook that is open already, and the sum of a range as it was computed when it was opened.

        LibreOffice 7.4 leaves Err:522 in one row of a large workbook after calculateAll(), also where nothing refers to itself; opening the
        workbook and changing a cell compute it right."""
        pipe = f"kraj108-bench-{uuid.uuid4().hex[:12]}"
        office = subprocess.Popen(
            [*self.command, f"--accept=pipe,name={pipe};urp;"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        ours, theirs = multiprocessing.Pipe()
        worker = multiprocessing.Process(target=_recalculate, args=(theirs, pipe, str(workbook), runs, sum_of))
        worker.start()
        try:
            end = time.monotonic() + limit
            while not ours.poll(0.2):
                if not worker.is_alive() or time.monotonic() > end:
                    raise Missed("LibreOffice did not finish its calculation in time, or ended.")
            answer = json.loads(ours.recv())
        finally:
            worker.kill()
            worker.join()
            # soffice is a script around the program: its whole group goes.
            os.killpg(office.pid, 9)
            office.wait()
        if "error" in answer:
            raise Missed(f"LibreOffice: {answer['error']}")
        return answer["seconds"], answer["sum"]


def _recalculate(answer, pipe, workbook, runs, sum_of):
    try:
        import uno
        from com.sun.star.beans import PropertyValue

        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        end = time.monotonic() + 120
        while True:
            try:
                context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
                break
            except Exception:
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)
        desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        document = desktop.loadComponentFromURL(f"file://{workbook}", "_blank", 0, (PropertyValue("Hidden", 0, True, 0),))
        sheet, cells = sum_of
        data = document.Sheets.getByName(sheet).getCellRangeByName(cells).getDataArray()
        total = sum(value for row in data for value in row if isinstance(value, float))
        seconds = []
        for _ in range(runs):
            began = time.monotonic()
            document.calculateAll()
            seconds.append(time.monotonic() - began)
        document.close(True)
        answer.send(json.dumps({"seconds": seconds, "sum": total}))
    except BaseException as error:
        answer.send(json.dumps({"error": repr(error)}))
