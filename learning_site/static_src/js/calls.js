// Keeps what an interactive activity reports until the server has it, beside the outbox and bound to the person as it is.
//
// Each call goes into IndexedDB first and leaves it when the server has answered for it, so that a lost network, an
// expired sign-in and a closed tab cost nothing: any page of the site sends what was left. Calls of one opening (`client`)
// go in their order, many in one request. Sending twice is harmless: the server knows each by `client` and `seq`.
(() => {
  "use strict";

  const outbox = window.alongside;
  if (!outbox?.person) return;

  const STORE = "calls";
  const EVERY = 2000;
  const TIMEOUT = 20000;
  const DAYS_60 = 60 * 24 * 60 * 60 * 1000;
  const MOST = 100; // calls a request
  const LARGEST = 400 * 1024; // characters a request; the server takes 512 kB
  const PARTING = 50 * 1024; // what a browser lets a leaving page send
  const memory = new Map(); // what this page has given and not been told of
  const dropped = new Set(); // cleared here while a request was under way
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("alongside-calls") : null;
  let sending = null;
  let lastSent = 0;
  let timer = 0;
  let failures = 0;
  let most = MOST;

  const keyOf = (one) => `${outbox.person} ${one.client} ${one.seq}`;

  async function entries() {
    const mine = new Map();
    for (const one of await outbox.stored(STORE)) if (one.person === outbox.person) mine.set(one.key, one);
    for (const [key, one] of memory) mine.set(key, one);
    for (const key of dropped) mine.delete(key);
    return [...mine.values()];
  }

  async function remove(keys) {
    keys.forEach((key) => memory.delete(key));
    await outbox.withStore("readwrite", (store) => keys.forEach((key) => store.delete(key)), STORE);
  }

  // The calls by opening, the oldest opening first, each in its order.
  async function openings() {
    const found = new Map();
    for (const one of await entries()) {
      if (!found.has(one.client)) found.set(one.client, []);
      found.get(one.client).push(one);
    }
    for (const calls of found.values()) calls.sort((a, b) => a.seq - b.seq);
    return [...found.values()].sort((a, b) => a[0].givenAt - b[0].givenAt);
  }

  function batch(calls, limit = LARGEST) {
    const chosen = [];
    let size = 0;
    for (const one of calls) {
      size += one.size;
      if (chosen.length && (chosen.length >= most || size > limit)) break;
      chosen.push(one);
    }
    return chosen;
  }

  function tell(state, first, more = {}) {
    const detail = { state, client: first.client, ...more };
    document.dispatchEvent(new CustomEvent("calls", { detail }));
    if (state === "saved" || state === "refused") channel?.postMessage({ person: outbox.person, ...detail });
  }

  function post(url, body, options) {
    return fetch(url, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": outbox.cookie("csrftoken") },
      body: JSON.stringify(body),
      ...options,
    });
  }

  function request(calls, options) {
    const { token, client, attempt, url, person } = calls[0];
    const now = Date.now();
    const rows = calls.map(({ seq, kind, part, body, givenAt }) => ({ seq, kind, part, body, age_ms: Math.max(0, now - givenAt) }));
    return post(url, { token, client, person, attempt, calls: rows }, options);
  }

  async function ask(making) {
    try {
      const response = await making({ signal: AbortSignal.timeout(TIMEOUT) });
      const said = (response.headers.get("Content-Type") || "").includes("application/json");
      return { response, answer: said ? await response.json() : null };
    } catch {
      return { response: null, answer: null };
    }
  }

  // A new token for an opening; what waits of it gets it too. False when there is none to be had now.
  async function renew(one) {
    const { response, answer } = await ask((options) => post(one.renew, { token: one.token, client: one.client, person: one.person, attempt: one.attempt }, options));
    if (!response?.ok || !answer?.token) return { response, answer };
    const mine = (await entries()).filter((other) => other.client === one.client);
    mine.forEach((other) => (other.token = answer.token));
    mine.forEach((other) => memory.has(other.key) && memory.set(other.key, other));
    await outbox.withStore("readwrite", (store) => mine.forEach((other) => store.put(other)), STORE);
    tell("token", one, { token: answer.token });
    return { response, answer, token: answer.token };
  }

  // Sends one batch of one opening; null when it is dealt with, otherwise why everything after it must wait.
  async function send(calls, renewed = false) {
    const first = calls[0];
    const { response, answer } = await ask((options) => request(calls, options));
    lastSent = Date.now();
    if (response?.ok && answer) {
      const had = calls.filter((one) => one.seq <= answer.upto || (answer.results || []).some((result) => result.seq === one.seq));
      if (!had.length) return { state: "waiting" };
      await remove(had.map((one) => one.key));
      most = MOST;
      tell("saved", first, { upto: answer.upto, answer });
      return null;
    }
    if (response?.status === 401 && answer) return { state: "signed-out", answer };
    if (answer?.code === "somebody-else") return { state: "somebody-else", answer };
    if (answer?.code === "expired") {
      if (renewed) return { state: "waiting" };
      const fresh = await renew(first);
      if (fresh.token) return send(calls.map((one) => ({ ...one, token: fresh.token })), true);
      if (fresh.response?.status === 401) return { state: "signed-out", answer: fresh.answer };
      if (fresh.answer?.code === "somebody-else") return { state: "somebody-else", answer: fresh.answer };
      if (never(fresh.response, fresh.answer)) return refuse(calls, fresh.answer);
      return { state: "waiting" };
    }
    if (response?.status === 429) return { state: "waiting", wait: 1000 * Math.min(300, Number(response.headers.get("Retry-After")) || 30) };
    if (response?.status === 413 && calls.length > 1) {
      most = Math.ceil(calls.length / 2);
      return null;
    }
    if (never(response, answer)) return refuse(calls, answer);
    return { state: "waiting" }; // a fault on the way or on the server: it is not saved, and it is kept
  }

  // A form token that does not fit (403 too) is no such answer: the next request carries today's.
  function never(response, answer) {
    return Boolean(answer?.message) && ([400, 404, 409, 413].includes(response?.status) || answer.code === "forged");
  }

  // Our own server says that these never will be saved, and why.
  async function refuse(calls, answer) {
    await remove(calls.map((one) => one.key));
    tell("refused", calls[0], { upto: calls.at(-1).seq, answer, count: calls.length });
    return null;
  }

  async function sendAll() {
    for (let calls of await openings()) {
      while (calls.length) {
        const held = await send(batch(calls));
        if (held) {
          for (const waiting of await openings()) tell(held.state, waiting[0], { answer: held.answer, count: waiting.length });
          return held;
        }
        const left = new Set((await entries()).map((one) => one.key));
        calls = calls.filter((one) => left.has(one.key));
      }
    }
    return null;
  }

  // One tab at a time, one after the other. True when nothing is left.
  async function flush() {
    window.clearTimeout(timer);
    timer = 0;
    if (!sending) {
      const locked = navigator.locks ? (work) => navigator.locks.request("alongside-calls", work) : (work) => work();
      sending = locked(sendAll).finally(() => (sending = null));
    }
    const held = await sending;
    if (held) {
      failures += 1;
      later(held.wait || Math.min(60000, 1500 * 2 ** failures) * (0.75 + Math.random() / 2));
      return false;
    }
    failures = 0;
    if (memory.size) later(Math.max(0, lastSent + EVERY - Date.now()));
    return !memory.size;
  }

  function later(milliseconds) {
    if (!timer) timer = window.setTimeout(flush, milliseconds);
  }

  // Keeps one call of an opening and sends it soon. Resolves when it is kept on this device.
  async function keep(opening, call) {
    const one = { ...opening, ...call, person: outbox.person };
    one.key = keyOf(one);
    one.size = JSON.stringify(one.body ?? null).length + 200;
    memory.set(one.key, one);
    await outbox.withStore("readwrite", (store) => store.put(one), STORE);
    if (!failures) later(Math.max(50, lastSent + EVERY - Date.now()));
  }

  async function clear() {
    const keys = (await entries()).map((one) => one.key);
    keys.forEach((key) => dropped.add(key));
    await remove(keys);
  }

  const waiting = async (client) => (await entries()).filter((one) => !client || one.client === client);

  // Waits for everything to be sent, but not longer than `milliseconds`. True when nothing is left.
  async function settle(milliseconds) {
    if (!(await waiting()).length) return true;
    const late = new Promise((resolve) => window.setTimeout(resolve, milliseconds, false));
    await Promise.race([flush().then((done) => done || flush()), late]);
    return !(await waiting()).length;
  }

  channel?.addEventListener("message", async ({ data }) => {
    if (data.person !== outbox.person) return;
    for (const one of [...memory.values()]) if (one.client === data.client && one.seq <= data.upto) memory.delete(one.key);
    document.dispatchEvent(new CustomEvent("calls", { detail: data }));
  });
  const again = () => flush();
  window.addEventListener("online", again);
  window.addEventListener("focus", () => memory.size && flush());
  document.addEventListener("visibilitychange", () => memory.size && flush());
  window.addEventListener("pageshow", again);
  // The page goes: what is still on its way is sent once more in a way that outlives the page, and stays kept.
  window.addEventListener("pagehide", () => {
    const calls = [...memory.values()].sort((a, b) => a.seq - b.seq);
    if (calls.length) request(batch(calls.filter((one) => one.client === calls[0].client), PARTING), { keepalive: true }).catch(() => {});
  });
  outbox.withStore("readwrite", (store) => {
    store.openCursor().onsuccess = (event) => {
      const cursor = event.target.result;
      if (!cursor) return;
      if (Date.now() - cursor.value.givenAt > DAYS_60) cursor.delete();
      cursor.continue();
    };
  }, STORE);

  window.alongsideCalls = Object.freeze({ keep, flush, waiting, settle, clear, renew });
})();
