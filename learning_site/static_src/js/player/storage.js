// Some browsers refuse storage to a frame from elsewhere by throwing, and players ask for it while they start. They get
// one that lasts as long as the page: what is worth keeping goes out as calls.
(() => {
  "use strict";

  function works(name) {
    try {
      window[name].getItem("alongside");
      return true;
    } catch {
      return false;
    }
  }

  class Memory {
    #kept = new Map();
    get length() { return this.#kept.size; }
    key(index) { return [...this.#kept.keys()][index] ?? null; }
    getItem(key) { return this.#kept.get(String(key)) ?? null; }
    setItem(key, value) { this.#kept.set(String(key), String(value)); }
    removeItem(key) { this.#kept.delete(String(key)); }
    clear() { this.#kept.clear(); }
  }

  for (const name of ["localStorage", "sessionStorage"]) {
    if (!works(name)) Object.defineProperty(window, name, { configurable: true, value: new Memory() });
  }
})();
