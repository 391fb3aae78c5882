// The page around the app. It keeps what a worker cannot: one tab at a time, the update strip,
// the install prompt, persistence, visibility. Python runs in the worker; Flutter draws here.
//
// One tab owns the replica, because OPFS gives its files to one. The page takes the Web Lock
// before anything heavy starts, so a second tab costs nothing: it says where Fieldbook is open
// and offers to take over. The tab that lets go ends its worker, which frees the files for certain,
// and only then the lock. Whoever takes over keeps the lock and starts: a reload would give it up.

import { scan } from "./scan.js";
import * as glimpse from "./glimpse.js";
import { showNotice, showStrip, hideStrip, hideNotice, hideSplash } from "./notices.js";

const LOCK = "fieldbook-replica";
const TAKING_OVER = "fieldbook.taking-over";
const KEPT_HERE = "fieldbook.kept-here";
const LET_GO_MS = 1500;
const ASK_AGAIN_MS = 3000;
const tabs = new BroadcastChannel("fieldbook-tabs");

let worker = null;
let connected = null;
let onFrame = null;
let installPrompt = null;
let waitingVersion = null;
let releaseLock = () => {};
const splash = document.getElementById("splash");

// ---------------------------------------------------------------- Flutter's side of the bridge

const blink = navigator.userAgent.includes("Chrome/");
const GC_PROBE = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 95, 1, 120, 0]);

function pickRenderer() {
  const chosen = localStorage.getItem("fieldbook.renderer");
  if (chosen) return chosen;
  const canvas = document.createElement("canvas");
  const gl = canvas.getContext("webgl2") ?? canvas.getContext("webgl");
  gl?.getExtension("WEBGL_lose_context")?.loseContext();
  return blink && gl && WebAssembly.validate(GC_PROBE) ? "skwasm" : "canvaskit";
}

const renderer = pickRenderer();

globalThis.flet = {
  pyodide: true,
  multiView: false,
  noCdn: true,
  entrypointBaseUrl: "/",
  assetBase: "/",
  routeUrlStrategy: "path",
  canvasKitBaseUrl: "/canvaskit/",
  fontFallbackBaseUrl: "assets/fonts/",
  pyodideUrl: "/pyodide/pyodide.mjs",
  webRenderer: renderer,
  appPackageUrl: "",
  pythonModuleName: "client.main",
};
flet.flutterAppLoaded = new Promise((resolve) => { flet.flutterAppResolve = resolve; });

globalThis.jsConnect = async (_app, args, dartOnMessage) => {
  if (!worker) startWorker();
  onFrame = dartOnMessage;
  const started = new Promise((resolve, reject) => { connected = { resolve, reject }; });
  worker.postMessage({ kind: "connect", value: { args, documentUrl: document.URL } });
  await started;
};
globalThis.jsSend = (_app, data) => worker?.postMessage(data, [data.buffer]);
globalThis.jsDisconnect = () => endWorker();

// ---------------------------------------------------------------- the worker

function startWorker() {
  worker = new Worker("/worker.js", { type: "module" });
  worker.onmessage = ({ data }) => {
    if (data instanceof Uint8Array) onFrame?.(data);
    else fromWorker[data.kind]?.(data.value, data.id);
  };
  worker.onerror = (event) => fromWorker.failed(event.message || "The worker could not start.");
}

function endWorker() {
  worker?.terminate();
  worker = null;
}

function tellWorker(kind, value = null) {
  worker?.postMessage({ kind, value });
}

const fromWorker = {
  connected() {
    connected?.resolve();
  },
  shown() {
    glimpse.firstFrame();
    tellOfEviction();
    serveOffline();
  },
  opened: () => glimpse.appOpened(),
  day: (told) => glimpse.keepDay(told),
  forget: () => glimpse.forgetAll(),
  failed(message) {
    connected?.reject(new Error(message));
    hideSplash();
    showNotice({
      title: "Fieldbook could not start",
      text: "What you saved on this device is still there. Reloading often helps.",
      detail: message,
      action: "Reload",
      onAction: () => location.reload(),
    });
  },
  async ask({ what, value }, id) {
    let answer = null;
    try {
      answer = await answers[what](value);
    } catch (error) {
      console.error(error);
    }
    worker?.postMessage({ kind: "answer", id, value: answer });
  },
};

const answers = {
  async storage() {
    const { usage = 0, quota = 0 } = await navigator.storage.estimate();
    return { used: usage, quota, persistent: await navigator.storage.persisted() };
  },
  persist: () => navigator.storage.persist(),
  async install() {
    if (!installPrompt) return false;
    const prompt = installPrompt;
    installPrompt = null;
    await prompt.prompt();
    return (await prompt.userChoice).outcome === "accepted";
  },
  state: () => ({
    installable: installPrompt !== null,
    installed: matchMedia("(display-mode: standalone)").matches || navigator.standalone === true,
    updateReady: waitingVersion !== null,
    visible: document.visibilityState === "visible",
  }),
  update: () => activateUpdate(),
  scan: () => scan(),
  notes: () => glimpse.notes(),
  forgetNote: (id) => glimpse.forgetNote(id),
  metered() {
    const type = navigator.connection?.type;
    return type && type !== "unknown" ? type === "cellular" || type === "wimax" : null;
  },
  download(told) {
    const [name, url] = told.split("\n");
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    link.click();
    return true;
  },
  async allowNotices() {
    return "Notification" in self && (await Notification.requestPermission()) === "granted";
  },
  async notify(words) {
    if (!("Notification" in self) || Notification.permission !== "granted") return false;
    const [title, body] = words.split("\n", 2);
    const registration = await navigator.serviceWorker?.getRegistration();
    if (registration?.active) await registration.showNotification(title, { body, icon: "icon-192.png" });
    else new Notification(title, { body });
    return true;
  },
};

// ---------------------------------------------------------------- one tab at a time

function takeLock(options) {
  return new Promise((resolve, reject) => {
    const holding = (lock) => {
      if (!lock) return resolve(false);
      return new Promise((release) => {
        releaseLock = release;
        resolve(true);
      });
    };
    navigator.locks.request(LOCK, options, holding).catch(reject);
  });
}

async function elect() {
  if (sessionStorage.getItem(TAKING_OVER)) {
    sessionStorage.removeItem(TAKING_OVER);
    return takeOver();
  }
  for (const pause of [0, 150, 300]) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    if (await takeLock({ ifAvailable: true })) return start();
  }
  hideSplash();
  showNotice({
    title: "Fieldbook is open in another tab",
    text: "It keeps its data in one tab at a time. Continue here and the other tab lets go; "
      + "nothing is lost.",
    action: "Use it here",
    onAction: takeOver,
  });
}

async function takeOver() {
  hideNotice();
  document.body.append(splash);
  const taken = takeLock({});
  tabs.postMessage("let go");
  const asking = setInterval(() => tabs.postMessage("let go"), ASK_AGAIN_MS);
  await taken;
  clearInterval(asking);
  return start();
}

async function letGo() {
  if (!worker) return;
  const closed = new Promise((resolve) => { fromWorker.closed = resolve; });
  tellWorker("close");
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, LET_GO_MS))]);
  endWorker();
}

tabs.onmessage = async ({ data }) => {
  if (data !== "let go" || !worker) return;
  await letGo();
  hideStrip();
  showNotice({
    title: "Fieldbook went on in another tab",
    text: "Everything you saved is there.",
    action: "Use it here",
    onAction: () => {
      sessionStorage.setItem(TAKING_OVER, "yes"); // Flutter starts once a page: this one is used up
      location.reload();
    },
  });
  releaseLock();
};

// ---------------------------------------------------------------- storage the browser took back

// Asked before the worker makes new files. Where the browser clears everything there is no memory
// of it either, and the app starts as on a new device.
async function wasEvicted() {
  if (!localStorage.getItem(KEPT_HERE)) return false;
  const root = await navigator.storage.getDirectory();
  for await (const _name of root.keys()) return false;
  return true;
}

let evicted = false;

function tellOfEviction() {
  localStorage.setItem(KEPT_HERE, "yes");
  if (!evicted) return;
  evicted = false;
  showNotice({
    title: "This browser has cleared Fieldbook's data",
    text: "It does that when it runs short of room, or when site data is deleted. What had been "
      + "sent is safe on the server: sign in and it is fetched again. Installing Fieldbook keeps "
      + "it from happening.",
    action: "Go on",
    onAction: hideNotice,
  });
}

// ---------------------------------------------------------------- offline files and updates

async function serveOffline() {
  if (!("serviceWorker" in navigator)) return;
  const variant = renderer === "skwasm" ? "skwasm" : blink ? "canvaskit-blink" : "canvaskit";
  const registration = await navigator.serviceWorker.register(`/sw.js?renderer=${variant}`);
  const look = () => {
    if (registration.waiting && navigator.serviceWorker.controller) offerUpdate(registration.waiting);
  };
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", look);
  });
  look();
  setInterval(() => registration.update().catch(() => {}), 60 * 60 * 1000);
  if (navigator.serviceWorker.controller === null) {
    navigator.serviceWorker.addEventListener("controllerchange", keepDrawnLetters, { once: true });
  }
  await navigator.serviceWorker.ready;
  document.documentElement.dataset.offline = "ready";
  tellWorker("event", "offline-ready");
}

/** Fonts that were drawn before there was a service worker: asked for again, it keeps them. */
function keepDrawnLetters() {
  for (const { name } of performance.getEntriesByType("resource")) {
    if (name.includes("/assets/fonts/noto")) fetch(name).catch(() => {});
  }
}

function offerUpdate(version) {
  if (waitingVersion === version) return;
  waitingVersion = version;
  tellWorker("event", "update-ready");
  showStrip({ text: "A new version is ready", action: "Reload", onAction: activateUpdate });
}

async function activateUpdate() {
  if (!waitingVersion) return false;
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  await letGo();
  waitingVersion.postMessage("activate");
  return true;
}

// ---------------------------------------------------------------- what the page hears

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  installPrompt = event;
  tellWorker("event", "installable");
});
addEventListener("appinstalled", () => tellWorker("event", "installed"));
document.addEventListener("visibilitychange", () => {
  tellWorker("event", document.visibilityState === "visible" ? "show" : "hide");
});
addEventListener("pagehide", () => tellWorker("event", "hide"));
addEventListener("online", () => tellWorker("event", "online"));
navigator.connection?.addEventListener?.("change", () => tellWorker("event", "line"));
addEventListener("offline", () => tellWorker("event", "offline"));
// WebKit brings a page back with Flutter's frames frozen; only a fresh engine recovers.
addEventListener("pageshow", (event) => {
  if (event.persisted && navigator.vendor?.startsWith("Apple")) location.reload();
});

// ---------------------------------------------------------------- start

async function start() {
  hideNotice();
  evicted = await wasEvicted();
  if (evicted) glimpse.forgetAll();
  glimpse.showGlimpse(splash, () => tellWorker("event", "note"));
  startWorker();
  const bootstrap = document.createElement("script");
  bootstrap.src = "flutter_bootstrap.js";
  document.body.append(bootstrap);
}

function missing() {
  if (!isSecureContext) {
    return "This address is not secure (plain http), and browsers keep offline storage for https "
      + "addresses only. Open Fieldbook through https, or through localhost on this machine.";
  }
  if (!navigator.storage?.getDirectory || !navigator.locks || typeof WebAssembly !== "object") {
    return "This browser has no private file system (OPFS). A current Chrome, Edge, Firefox or "
      + "Safari has one; private windows often switch it off.";
  }
  return null;
}

const lacking = missing();
if (lacking) {
  hideSplash();
  showNotice({ title: "Fieldbook cannot keep data here", text: lacking });
} else {
  elect();
}
