// Reads QR codes from a camera or a picture, by the browser's own detector or, where there is
// none, by a decoder in WebAssembly that is fetched only then. Nothing leaves this page.
const VENDOR = "/static/vendor/barcode-detector-3.2.2";
const PAUSE = 120;
const OUT_OF_VIEW = 1500;

let making;

// Returns the detector of this browser; made once.
export function detector() {
  making ??= make();
  making.catch(() => (making = undefined));
  return making;
}

async function make() {
  const options = { formats: ["qr_code"] };
  const own = globalThis.BarcodeDetector;
  if (own && (await own.getSupportedFormats()).includes("qr_code")) return new own(options);
  const { BarcodeDetector, prepareZXingModule } = await import(
    "../vendor/barcode-detector-3.2.2/ponyfill.js"
  );
  // The package would fetch its decoder from another host.
  const overrides = { locateFile: () => `${VENDOR}/zxing_reader.wasm` };
  await prepareZXingModule({ overrides, fireImmediately: true });
  return new BarcodeDetector(options);
}

// Returns the text of the code in a picture, or null. A photo of a phone is larger than a
// decoder needs, and slow on a cheap one: a smaller copy is tried first.
export async function readPicture(file) {
  const found = await detector();
  for (const side of [1280, 4096]) {
    const whole = await createImageBitmap(file);
    const scale = Math.min(1, side / Math.max(whole.width, whole.height));
    const [width, height] = [whole.width, whole.height].map((size) => Math.round(size * scale));
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    canvas.getContext("2d").drawImage(whole, 0, 0, width, height);
    whole.close();
    const [code] = await found.detect(canvas);
    if (code) return code.rawValue;
    if (scale === 1) break;
  }
  return null;
}

// Shows the camera in a video and calls back with each text that it reads, until it is stopped:
// once for a code that is held still, again when it comes back into view. While the page is
// hidden the camera is off. Rejects with a NotAllowedError where the camera was refused, a
// NotFoundError where there is none, another error where the decoder cannot be loaded.
//
// Returns {stop(), torch}: torch is null, or a function that switches the lamp on or off.
export async function startScanner(video, onText) {
  const camera = { video: { facingMode: "environment", width: { ideal: 1280 } }, audio: false };
  let found;
  let stream = null;
  let isStopped = false;
  let seen = { text: null, at: 0 };

  async function open() {
    const opened = await navigator.mediaDevices.getUserMedia(camera);
    if (isStopped || document.hidden) return close(opened);
    stream = opened;
    video.srcObject = stream;
    await video.play();
  }

  function close(opened = stream) {
    for (const track of opened?.getTracks() ?? []) track.stop();
    if (opened === stream) stream = video.srcObject = null;
  }

  async function look() {
    while (!isStopped) {
      if (stream && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) {
        // A frame that comes while the camera is closing cannot be read.
        const [code] = await found.detect(video).catch(() => []);
        const text = code?.rawValue;
        const isNew = text !== seen.text || Date.now() - seen.at > OUT_OF_VIEW;
        if (text && stream) {
          seen = { text, at: Date.now() };
          if (isNew) onText(text);
        }
      }
      await new Promise((resume) => setTimeout(resume, PAUSE));
    }
  }

  const onVisibility = () => {
    if (document.hidden) close();
    else if (!stream) open().catch(() => stop());
  };

  function stop() {
    isStopped = true;
    document.removeEventListener("visibilitychange", onVisibility);
    close();
  }

  if (!navigator.mediaDevices) throw new DOMException("no camera here", "NotFoundError");
  try {
    [found] = await Promise.all([detector(), open()]);
  } catch (fault) {
    stop();
    throw fault;
  }
  document.addEventListener("visibilitychange", onVisibility);
  look();
  const track = stream?.getVideoTracks()[0];
  const hasTorch = track?.getCapabilities?.().torch;
  const torch = (isOn) =>
    stream?.getVideoTracks()[0].applyConstraints({ advanced: [{ torch: isOn }] });
  return { stop, torch: hasTorch ? torch : null };
}
