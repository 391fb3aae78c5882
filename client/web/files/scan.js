// Reading a barcode or QR code with the camera, where the browser has a detector of its own
// (Chrome on Android and macOS do, Safari and Firefox do not). The picture never leaves the page.

const FORMATS = ["ean_13", "ean_8", "upc_a", "upc_e", "code_128", "code_39", "itf", "qr_code"];
const LOOK_MS = 120;

/** What the first code says; "" if the person gave up, undefined where this cannot be done. */
export async function scan() {
  const detector = await makeDetector();
  if (!detector || !navigator.mediaDevices?.getUserMedia) return undefined;
  const camera = await navigator.mediaDevices
    .getUserMedia({ video: { facingMode: "environment" } })
    .catch(() => undefined);
  if (!camera) return undefined;
  const view = show(camera);
  try {
    return await look(detector, view);
  } finally {
    for (const track of camera.getTracks()) track.stop();
    view.overlay.remove();
  }
}

async function makeDetector() {
  if (!("BarcodeDetector" in self)) return undefined;
  const known = await BarcodeDetector.getSupportedFormats();
  const formats = FORMATS.filter((format) => known.includes(format));
  return formats.length ? new BarcodeDetector({ formats }) : undefined;
}

function show(camera) {
  const video = Object.assign(document.createElement("video"), {
    srcObject: camera, autoplay: true, muted: true, playsInline: true,
  });
  const words = Object.assign(document.createElement("p"), {
    textContent: "Hold the code before the camera",
  });
  const cancel = Object.assign(document.createElement("button"), { textContent: "Cancel" });
  const overlay = Object.assign(document.createElement("div"), { id: "scanner" });
  overlay.append(video, words, cancel);
  document.body.append(overlay);
  const cancelled = new Promise((resolve) => { cancel.onclick = () => resolve(""); });
  return { overlay, video, cancelled };
}

async function look(detector, { video, cancelled }) {
  let over = false;
  cancelled.then(() => { over = true; });
  for (;;) {
    const pause = new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    await Promise.race([pause, cancelled]);
    if (over) return "";
    const [found] = video.readyState >= 2 ? await detector.detect(video) : [];
    if (found) return found.rawValue;
  }
}
