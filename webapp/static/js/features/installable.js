// Lets this app work without network, and be put on the home screen. Markup: <link
// rel="manifest" data-feature="installable" data-worker="/sw.js">.
export async function start({ dataset }) {
  if (!navigator.serviceWorker) return;
  // What the page itself needs comes first.
  if (document.readyState !== "complete")
    await new Promise((loaded) => addEventListener("load", loaded, { once: true }));
  await navigator.serviceWorker.register(dataset.worker);
  const { active } = await navigator.serviceWorker.ready;
  active.postMessage({ language: document.documentElement.lang });
}
