// Tells the learning site what happened, by SCORM 1.2. Without a site around it, the activity plays all the same.
(() => {
  "use strict";

  function find(from) {
    for (let win = from, depth = 0; win && depth < 8; win = win.parent, depth += 1) {
      try {
        if (win.API) return win.API;
      } catch {
        return null;
      }
      if (win === win.parent) return null;
    }
    return null;
  }

  const api = find(window);
  const open = Boolean(api) && api.LMSInitialize("") === "true";
  const began = Date.now();
  let ended = false;

  const get = (element) => (open ? api.LMSGetValue(element) : "");
  const set = (element, value) => open && !ended && api.LMSSetValue(element, String(value));

  function spent() {
    const seconds = Math.round((Date.now() - began) / 1000);
    const two = (number) => String(number).padStart(2, "0");
    return `${String(Math.floor(seconds / 3600)).padStart(4, "0")}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  }

  function end(exit) {
    if (!open || ended) return;
    set("cmi.core.exit", exit);
    set("cmi.core.session_time", spent());
    api.LMSFinish("");
    ended = true;
  }

  window.report = {
    looking: open && get("cmi.core.lesson_mode") !== "normal",
    state() {
      try {
        return JSON.parse(get("cmi.suspend_data")) || {};
      } catch {
        return {};
      }
    },
    keep(state, place) {
      set("cmi.suspend_data", JSON.stringify(state));
      set("cmi.core.lesson_location", place);
      if (!["passed", "failed"].includes(get("cmi.core.lesson_status"))) set("cmi.core.lesson_status", "incomplete");
    },
    answer(id, asked, given, best, right) {
      const at = `cmi.interactions.${Number(get("cmi.interactions._count")) || 0}`;
      set(`${at}.id`, id);
      set(`${at}.type`, "choice");
      set(`${at}.correct_responses.0.pattern`, best);
      set(`${at}.student_response`, given);
      set(`${at}.result`, right ? "correct" : "wrong");
    },
    score(percent) {
      set("cmi.core.score.min", 0);
      set("cmi.core.score.max", 100);
      set("cmi.core.score.raw", percent);
      set("cmi.core.lesson_status", percent >= 80 ? "passed" : "failed");
    },
    save: () => open && !ended && api.LMSCommit(""),
    finish: () => end(""),
  };

  // Leaving is no end: the next time goes on from here.
  window.addEventListener("pagehide", () => end("suspend"));
})();
