"""The calculation as WebAssembly in one worker of Chromium."""

import http.server
import json
import queue
import shutil
import subprocess
import tempfile
import threading

from support import Missed

PAGE = """<!doctype html><meta charset="utf-8"><title>bench</title><script type="module">
const tell = (body) => fetch("/result", { method: "POST", body: JSON.stringify(body) });
const worker = new Worker("/worker.js", { type: "module" });
worker.onmessage = (event) => tell(event.data);
worker.onerror = (event) => tell({ error: String(event.message) });
</script>"""

WORKER = """import init, { Loaded } from "/frontend_bench.js";
try {
  await init({ module_or_path: "/frontend_bench_bg.wasm" });
  const text = async (path) => (await fetch(path)).text();
  const scheme = await text("/scheme.toml");
  const services = new Uint8Array(await (await fetch("/services.csv")).arrayBuffer());
  const loaded = new Loaded(scheme, services, await text("/amount"));
  const seconds = [];
  let awarded;
  for (let run = 0; run < RUNS; run++) {
    const began = performance.now();
    awarded = loaded.run();
    seconds.push((performance.now() - began) / 1000);
  }
  postMessage({ seconds, awarded });
} catch (error) {
  postMessage({ error: String(error) });
}"""


def run(folder, scheme, services, amount, runs, limit=300):
    """Seconds of each run, and what was awarded. `folder` holds what `site --bench` built."""
    results = queue.Queue()
    texts = {"/": (PAGE, "text/html"), "/worker.js": (WORKER.replace("RUNS", str(runs)), "text/javascript"), "/amount": (amount, "text/plain")}
    files = {
        "/frontend_bench.js": (folder / "frontend_bench.js", "text/javascript"),
        "/frontend_bench_bg.wasm": (folder / "frontend_bench_bg.wasm", "application/wasm"),
        "/scheme.toml": (scheme, "text/plain; charset=utf-8"),
        "/services.csv": (services, "text/csv; charset=utf-8"),
    }

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path in texts:
                body, kind = texts[self.path][0].encode(), texts[self.path][1]
            elif self.path in files:
                body, kind = files[self.path][0].read_bytes(), files[self.path][1]
            else:
                self.send_error(404)
                return
            self.answer(body, kind)

        def do_POST(self):
            results.put(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.answer(b"", "text/plain")

        def answer(self, body, kind):
            self.send_response(200)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    profile = tempfile.mkdtemp(prefix="kraj108-bench-chromium-")
    flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-sync",
             "--disable-component-update", "--disable-default-apps", "--disable-extensions", "--no-first-run", "--mute-audio",
             "--disable-features=OptimizationHints,MediaRouter,Translate", f"--user-data-dir={profile}"]
    browser = subprocess.Popen(
        ["chromium", *flags, f"http://127.0.0.1:{server.server_address[1]}/"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        result = results.get(timeout=limit)
    except queue.Empty:
        raise Missed("Chromium did not answer in time.") from None
    finally:
        browser.terminate()
        try:
            browser.wait(10)
        except subprocess.TimeoutExpired:
            browser.kill()
            browser.wait()
        server.shutdown()
        shutil.rmtree(profile, ignore_errors=True)
    if "error" in result:
        raise Missed(f"The worker failed: {result['error']}")
    return result["seconds"], result["awarded"]
