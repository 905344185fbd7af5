// Some browsers refuse storage to a frame from elsewhere by throwing, and players and packages ask for it while they start.
// They get one that lasts as long as the opening (that of the page around them, where it has one): what is worth keeping
// goes out as calls. The server also puts this script in front of the pages of SCORM packages (interop.storage_shim).
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

  function around(name) {
    try {
      return window.parent === window ? null : window.parent[name];
    } catch {
      return null; // it belongs to another origin
    }
  }

  for (const name of ["localStorage", "sessionStorage"]) {
    if (!works(name)) Object.defineProperty(window, name, { configurable: true, value: around(name) || new Memory() });
  }
})();
