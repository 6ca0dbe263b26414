// Starts what elements name by data-feature, also in parts that come into the page later. A
// feature that cannot be loaded is missed: the page stays as it is without script.
const started = new WeakSet();

function startIn(root) {
  for (const element of [root, ...root.querySelectorAll("[data-feature]")]) {
    if (element.dataset?.feature && !started.has(element)) {
      started.add(element);
      import(`./features/${element.dataset.feature}.js`)
        .then((feature) => feature.start(element))
        .catch((fault) => console.warn(element.dataset.feature, fault.name));
    }
  }
}

startIn(document);
new MutationObserver((changes) => {
  for (const { addedNodes } of changes)
    for (const node of addedNodes) if (node.nodeType === Node.ELEMENT_NODE) startIn(node);
}).observe(document.documentElement, { childList: true, subtree: true });
