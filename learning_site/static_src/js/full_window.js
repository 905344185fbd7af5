// "Full window": the stage of an activity covers everything else, and Escape comes back. The frame is never moved in the
// page, so that what plays in it goes on.
(() => {
  "use strict";

  const stage = document.querySelector("[data-activity]");
  if (!stage) return;
  const frame = stage.querySelector("[data-frame]");
  const full = stage.querySelector("[data-full]");

  // Everything beside the stage, up to the body: it cannot be reached while the stage covers it.
  function beside(each) {
    for (let one = stage; one !== document.body; one = one.parentElement) {
      [...one.parentElement.children].filter((other) => other !== one).forEach(each);
    }
  }

  function isFull() {
    return stage.classList.contains("stage--full");
  }

  function enterFull() {
    stage.classList.add("stage--full");
    document.body.classList.add("full-window");
    beside((other) => (other.inert = true));
    full.textContent = "Leave full window";
    stage.requestFullscreen?.().catch(() => {}); // a phone may not have it: the window is filled all the same
  }

  function leaveFull() {
    if (!isFull()) return;
    stage.classList.remove("stage--full");
    document.body.classList.remove("full-window");
    beside((other) => (other.inert = false));
    full.textContent = "Full window";
    if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
    if (document.activeElement !== frame) full.focus();
  }

  full.addEventListener("click", () => (isFull() ? leaveFull() : enterFull()));
  document.addEventListener("fullscreenchange", () => !document.fullscreenElement && leaveFull());
  document.addEventListener("keydown", (event) => event.key === "Escape" && leaveFull());

  window.alongsideFull = Object.freeze({ leave: leaveFull });
})();
