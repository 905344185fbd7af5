// Keeps what a learner gives until the server has it.
//
// Each answer goes into the outbox first and leaves it when the server says "saved". The outbox lives in IndexedDB, so it
// outlives a lost network, an expired sign-in and a closed tab; where a browser has none, in memory. A page that goes also
// hands on what is still on its way to the next page of its tab, which tells how that ended. Everything in the outbox
// belongs to one person: what somebody else left on this computer is neither sent nor shown. Sending twice is harmless:
// `client` (this page) and a rising `counter` tell the server what it has had already.
(() => {
  "use strict";

  const person = document.querySelector('meta[name="person"]')?.content || "";
  const STORE = "outbox";
  const STORES = [STORE, "calls"];
  const DAYS_60 = 60 * 24 * 60 * 60 * 1000; // as long as the server counts an answer's age
  const TIMEOUT = 15000;
  const HANDED = "alongside-handed-on";
  const ON_ITS_WAY = 30000; // as long as the next page may have been on its way when an answer was acknowledged
  const client = Array.from(crypto.getRandomValues(new Uint8Array(12)), (n) => n.toString(16).padStart(2, "0")).join("");
  const memory = new Map(); // what this page has not seen acknowledged, by key
  const acknowledged = new Map(); // what the server told this page lately that it has, by key
  const beforeLeaving = [];
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("alongside-outbox") : null;
  let counter = 0;
  let sending = null;
  let again = false;
  let failures = 0;
  let timer = 0;

  function cookie(name) {
    const found = document.cookie.match(new RegExp(`(?:^|; )(?:__Host-)?${name}=([^;]*)`));
    return found ? decodeURIComponent(found[1]) : "";
  }

  // --- where it is kept -----------------------------------------------------------------------------------------

  let opened = null;

  // Version 2 brought the store of activities' calls (calls.js). A tab that is open with an older version makes us wait:
  // until it is gone we keep in memory. We ourselves make room for a newer version at once, and open again when needed.
  function open() {
    opened ??= new Promise((resolve) => {
      try {
        const request = indexedDB.open("alongside", 2);
        request.onupgradeneeded = () => {
          for (const name of STORES) {
            if (!request.result.objectStoreNames.contains(name)) request.result.createObjectStore(name, { keyPath: "key" });
          }
        };
        request.onsuccess = () => {
          const db = request.result;
          db.onversionchange = () => {
            db.close();
            opened = null;
          };
          db.onclose = () => (opened = null);
          opened = Promise.resolve(db);
          resolve(db);
        };
        request.onerror = request.onblocked = () => resolve(null);
      } catch {
        resolve(null);
      }
    });
    return opened;
  }

  // Runs `work` on a store in one transaction; false when it could not be written.
  async function withStore(mode, work, name = STORE) {
    const db = await open();
    if (!db) return false;
    return new Promise((resolve) => {
      try {
        const transaction = db.transaction(name, mode);
        transaction.oncomplete = () => resolve(true);
        transaction.onabort = transaction.onerror = () => resolve(false);
        work(transaction.objectStore(name));
      } catch {
        resolve(false);
      }
    });
  }

  // All that a store holds, whoever it belongs to.
  async function stored(name = STORE) {
    let found = [];
    await withStore("readonly", (store) => (store.getAll().onsuccess = (event) => (found = event.target.result)), name);
    return found;
  }

  async function entries() {
    const mine = new Map((await stored()).filter((entry) => entry.person === person).map((entry) => [entry.key, entry]));
    for (const [key, entry] of memory) {
      const kept = mine.get(key);
      if (!kept || kept.client === entry.client || kept.givenAt <= entry.givenAt) mine.set(key, entry);
    }
    return [...mine.values()].sort((a, b) => a.givenAt - b.givenAt || a.counter - b.counter);
  }

  function same(a, b) {
    return a && a.client === b.client && a.counter === b.counter;
  }

  // Takes an entry out, unless a newer one has taken its place meanwhile.
  async function take(entry) {
    if (same(memory.get(entry.key), entry)) memory.delete(entry.key);
    await withStore("readwrite", (store) => {
      store.get(entry.key).onsuccess = (event) => {
        if (same(event.target.result, entry)) store.delete(entry.key);
      };
    });
  }

  async function drop(slot) {
    const key = `${person} ${slot}`;
    memory.delete(key);
    acknowledged.delete(key);
    await withStore("readwrite", (store) => store.delete(key));
  }

  async function clear() {
    const mine = await entries();
    memory.clear();
    acknowledged.clear();
    await withStore("readwrite", (store) => mine.forEach((entry) => store.delete(entry.key)));
  }

  function clearOld() {
    withStore("readwrite", (store) => {
      store.openCursor().onsuccess = (event) => {
        const cursor = event.target.result;
        if (!cursor) return;
        if (Date.now() - cursor.value.givenAt > DAYS_60) cursor.delete();
        cursor.continue();
      };
    });
  }

  // --- from page to page of a tab ------------------------------------------------------------------------------

  // IndexedDB may not get to writing while the page goes; session storage has written when this returns. An answer that
  // was acknowledged while the next page was on its way is handed on too: that page may have been made without it.
  function handOn() {
    const lately = [...acknowledged].filter(([, entry]) => Date.now() - entry.savedAt < ON_ITS_WAY);
    const all = [...new Map([...lately, ...memory]).values()];
    try {
      if (all.length) sessionStorage.setItem(HANDED, JSON.stringify(all));
    } catch {
      // no storage, or no room: what IndexedDB has must do
    }
  }

  function takeOver() {
    let all = [];
    try {
      all = JSON.parse(sessionStorage.getItem(HANDED)) || [];
      sessionStorage.removeItem(HANDED);
    } catch {
      // no storage
    }
    for (const entry of all) {
      if (entry.person === person && !(entry.savedAt < performance.timeOrigin)) memory.set(entry.key, entry);
      if (entry.savedAt) continue;
      withStore("readwrite", (store) => {
        store.get(entry.key).onsuccess = ({ target }) => target.result?.givenAt >= entry.givenAt || store.put(entry);
      });
    }
  }

  // --- sending --------------------------------------------------------------------------------------------------

  function tell(state, entry, answer = {}) {
    const detail = { state, slot: entry.slot, fields: entry.fields, own: entry.client === client, counter: entry.counter, answer };
    document.dispatchEvent(new CustomEvent("outbox", { detail }));
    if (state === "saved") channel?.postMessage({ ...detail, own: false, person });
  }

  function request(entry, options) {
    const body = {
      fields: { ...entry.fields, person: [entry.person] },
      age_ms: Math.max(0, Date.now() - entry.givenAt),
      client: entry.client,
      counter: entry.counter,
    };
    return fetch(entry.url, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": cookie("csrftoken") },
      body: JSON.stringify(body),
      ...options,
    });
  }

  // Sends one entry; null when it is dealt with, otherwise why it (and what comes after it) must wait.
  async function send(entry) {
    let response;
    let answer = null;
    try {
      response = await request(entry, { signal: AbortSignal.timeout(TIMEOUT) });
      if ((response.headers.get("Content-Type") || "").includes("application/json")) answer = await response.json();
    } catch {
      return { state: "waiting" };
    }
    if (response.ok && answer) {
      acknowledged.set(entry.key, { ...entry, savedAt: Date.now() });
      await take(entry);
      tell("saved", entry, answer);
      return null;
    }
    if (response.status === 401 && answer) return { state: "signed-out", answer };
    if (answer?.code === "somebody-else") return { state: "somebody-else", answer };
    if ([400, 404, 409, 413].includes(response.status) && answer?.message) {
      await take(entry); // our own server says that it never will be saved, and why
      tell("refused", entry, answer);
      return null;
    }
    return { state: "waiting" }; // a fault on the way or on the server: it is not saved, and it is kept
  }

  async function sendAll() {
    const all = await entries();
    for (const [index, entry] of all.entries()) {
      const held = await send(entry);
      if (held) {
        all.slice(index).forEach((one) => tell(held.state, one, held.answer));
        return false;
      }
    }
    return true;
  }

  // One tab at a time, one after the other. True when nothing is left.
  async function flush() {
    if (!person) return true;
    if (sending) {
      again = true;
      return sending;
    }
    const locked = navigator.locks ? (work) => navigator.locks.request("alongside-outbox", work) : (work) => work();
    sending = (async () => {
      let done;
      do {
        again = false;
        done = await locked(sendAll);
      } while (again && done);
      return done;
    })();
    let done = false;
    try {
      done = await sending;
    } finally {
      sending = null;
    }
    window.clearTimeout(timer);
    failures = done ? 0 : failures + 1;
    if (!done) timer = window.setTimeout(flush, Math.min(60000, 1500 * 2 ** failures) * (0.75 + Math.random() / 2));
    return done;
  }

  // Keeps `fields` for `slot` and sends them to `url`. Resolves when they are kept on this device.
  async function keep({ slot, url, fields }) {
    const entry = { key: `${person} ${slot}`, person, slot, url, fields, givenAt: Date.now(), client, counter: ++counter };
    memory.set(entry.key, entry);
    await withStore("readwrite", (store) => store.put(entry));
    flush();
  }

  async function waiting(slot) {
    const all = await entries();
    return slot ? all.filter((entry) => entry.slot === slot) : all;
  }

  // Waits for everything to be sent, but not longer than `milliseconds`. True when nothing is left.
  async function settle(milliseconds) {
    beforeLeaving.forEach((now) => now());
    if (!(await waiting()).length) return true;
    const late = new Promise((resolve) => window.setTimeout(resolve, milliseconds, false));
    await Promise.race([flush(), late]);
    return !(await waiting()).length;
  }

  takeOver();
  if (person) {
    window.addEventListener("online", flush);
    window.addEventListener("pageshow", flush);
    window.addEventListener("focus", () => memory.size && flush());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") beforeLeaving.forEach((now) => now());
      flush();
    });
    // The page goes: what is still on its way is sent once more in a way that outlives the page.
    window.addEventListener("pagehide", () => {
      beforeLeaving.forEach((now) => now());
      for (const entry of memory.values()) request(entry, { keepalive: true }).catch(() => {});
      handOn();
    });
    if (channel) {
      channel.onmessage = ({ data }) => {
        if (data.person === person) document.dispatchEvent(new CustomEvent("outbox", { detail: data }));
      };
    }
    clearOld();
  }

  // A form that was open while she signed in again in another tab carries an old token: give it today's.
  function freshToken(form) {
    const field = form.querySelector('input[name="csrfmiddlewaretoken"]');
    const token = cookie("csrftoken");
    if (field && token) field.value = token;
  }

  window.alongside = Object.freeze({ person, keep, waiting, settle, drop, clear, freshToken, beforeLeaving, cookie, withStore, stored });
})();
