// The way out of a package: what it reports goes to the page around it on the site, which keeps and sends it.
//
// For the programs that play a package (h5p.js, scorm.js):
//
//   alongside.launch                    what the server said of this opening: {mode, kind, state, files, language, …}
//   alongside.calls.send(kind, part, body)   "opened", "statement", "state" or "commit"; `body` is JSON, copied at once.
//                                            Gives its number, or 0 where the mode keeps nothing (review, browse)
//   alongside.calls.keeps                whether anything is kept in this mode (normal, trial)
//   alongside.calls.beforeLeaving(f)     f() is called when the page may go away, or the page around it asks: send now
//   alongside.calls.ready()              it plays
//   alongside.calls.failed(message)      it does not; `message` in plain words
//   alongside.calls.height(pixels)       how high it would like to be
//   alongside.calls.open(part)           opens another part of the package, or the same one anew
//   alongside.calls.away()               sends at once what came after the page was told that it goes away
//   alongside.calls.log(entry)           a line for the trainer who tries it out (mode trial only)
//
// Numbers rise from what the server gave, so that the same opening loaded twice never uses one again. Each call leaves by
// postMessage to the site's origin and no other. What the site has not acknowledged when the page goes away is sent from
// here as well, to this origin's own door: twice is harmless.
(() => {
  "use strict";

  const CHUNK = 60000; // a beacon may carry 64 kB
  const launch = JSON.parse(document.getElementById("launch").textContent);
  const around = window.parent === window ? null : window.parent;
  const keeps = launch.mode === "normal" || launch.mode === "trial";
  const waiting = new Map(); // what is not acknowledged, by number
  const beaconed = new Set();
  const leaving = [];
  let token = launch.token;
  let last = launch.first - 1;
  let told = 0;

  function tell(message) {
    around?.postMessage({ alongside: 1, ...message }, launch.site);
  }

  function send(kind, part, body) {
    if (!keeps) return 0;
    last += 1;
    const call = { seq: last, kind, part, body: JSON.parse(JSON.stringify(body ?? null)), at: Date.now() };
    waiting.set(call.seq, call);
    tell({ type: "call", call });
    if (!around) soon();
    return call.seq;
  }

  function saved(upto) {
    for (const seq of waiting.keys()) if (seq <= upto) waiting.delete(seq);
  }

  // --- going away -----------------------------------------------------------------------------------------------

  function door() {
    return `/launch/${token}/calls`;
  }

  function packed(calls) {
    const now = Date.now();
    const given = calls.map(({ at, ...call }) => ({ ...call, age_ms: Math.max(0, now - at) }));
    return JSON.stringify({ client: launch.client, calls: given });
  }

  // What still counts of the calls not sent from here yet: of states and commits of one part the newest only, and those
  // last, because they are the largest and a browser takes only so much.
  function owed() {
    const newest = new Map();
    const calls = [...waiting.values()].filter((call) => !beaconed.has(call.seq));
    calls.forEach((call) => newest.set(call.kind === "statement" ? call.seq : `${call.kind} ${call.part}`, call));
    const left = calls.filter((call) => [...newest.values()].includes(call));
    return [...left.filter((call) => call.kind !== "state"), ...left.filter((call) => call.kind === "state")];
  }

  function beacon() {
    let batch = [];
    const away = () => {
      if (!batch.length || !navigator.sendBeacon(door(), packed(batch))) return;
      batch.forEach((call) => beaconed.add(call.seq));
      batch = [];
    };
    for (const call of owed()) {
      if (batch.length && packed([...batch, call]).length > CHUNK) away();
      batch.push(call);
    }
    away();
  }

  function ask() {
    leaving.forEach((work) => {
      try {
        work();
      } catch (error) {
        console.error(error);
      }
    });
  }

  function away() {
    ask();
    if (keeps) beacon();
  }

  window.addEventListener("pagehide", away);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && away());

  // --- without a page around it (a window of its own) -----------------------------------------------------------

  let timer = 0;

  function soon() {
    window.clearTimeout(timer);
    timer = window.setTimeout(alone, 2000);
  }

  async function alone() {
    const calls = [...waiting.values()].slice(0, 50);
    if (!calls.length) return;
    try {
      const body = packed(calls);
      const options = { method: "POST", headers: { "Content-Type": "application/json" }, body };
      const response = await fetch(door(), { ...options, keepalive: body.length < CHUNK });
      if (response.ok) (await response.json()).results.forEach((result) => waiting.delete(result.seq));
      if (response.status === 409) return; // expired or ended: it can only be opened anew
    } catch {
      // the network is away: it is tried again
    }
    if (waiting.size) timer = window.setTimeout(alone, 5000);
  }

  // --- what the page around it says -----------------------------------------------------------------------------

  window.addEventListener("message", (event) => {
    if (!around || event.source !== around || event.origin !== launch.site || event.data?.alongside !== 1) return;
    const { type } = event.data;
    if (type === "saved") saved(event.data.upto);
    if (type === "token" && typeof event.data.token === "string") token = event.data.token;
    if (type === "flush") ask();
  });

  // Something that moves changes its height at every frame; the page around it hears of it four times a second.
  let wish = 0;
  let resting = 0;

  function height(pixels) {
    wish = Math.ceil(pixels);
    if (resting || wish === told || wish < 1) return;
    told = wish;
    tell({ type: "height", value: wish });
    resting = window.setTimeout(() => {
      resting = 0;
      height(wish);
    }, 250);
  }

  window.alongside = Object.freeze({
    launch,
    calls: Object.freeze({
      send,
      keeps,
      beforeLeaving: (work) => leaving.push(work),
      ready: () => tell({ type: "ready" }),
      failed: (message) => tell({ type: "failed", message }),
      height,
      open: (part) => tell({ type: "open", part }),
      away: () => keeps && beacon(),
      log: (entry) => launch.mode === "trial" && tell({ type: "log", entry }),
    }),
  });
})();
