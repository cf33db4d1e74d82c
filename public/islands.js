// Loads the WebAssembly part of a page that has islands and wakes them, outer ones first. Its own script tag names the two files:
//   <script type="module" src="/pkg/islands.….js" data-js="/pkg/frontend.….js" data-wasm="/pkg/frontend.….wasm"></script>
// When all are awake, <html> carries data-islands="awake"; tests wait for it.

const { js, wasm } = document.querySelector("script[data-js][data-wasm]").dataset;

/**
 * Wakes what is below `node`. `announce` tells the island around these children that they are there.
 * @param {Element} node
 * @param {Record<string, Function>} module
 * @param {(() => void) | undefined} announce
 */
async function wake(node, module, announce) {
  const tag = node.localName;
  if (tag === "leptos-island") {
    const island = module[node.dataset.component];
    if (!island) {
      throw new Error(`The island ${node.dataset.component} is not in the WebAssembly module.`);
    }
    announce?.();
    await island(node);
  }
  const inner = tag === "leptos-children" ? node.$$on_hydrate : announce;
  for (const child of [...node.children]) {
    await wake(child, module, inner);
  }
}

const module = await import(js);
await module.default({ module_or_path: wasm });
module.hydrate();
await wake(document.body, module, undefined);
document.documentElement.dataset.islands = "awake";
