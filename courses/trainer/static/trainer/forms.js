// The form of a package: the list of what is wrong takes the focus and leads to each field, rich text too; after a row
// was added or moved, the focus is there. Without it the links and the buttons still do what they say.
(() => {
  "use strict";

  const FIELDS = "input:not([type=hidden]), textarea, select, [contenteditable=true]";

  function reach(id) {
    const found = document.getElementById(id);
    if (!found) return false;
    const hidden = found.matches("input[type=hidden], input[hidden], textarea[hidden]") || found.hasAttribute("data-draftail-input");
    const into = hidden ? found.closest(".w-field").querySelector("[contenteditable=true]") : found.querySelector(FIELDS) || found;
    found.closest("details")?.setAttribute("open", "");
    into?.focus();
    (found.closest(".w-field") || found).scrollIntoView({ block: "center" });
    return Boolean(into);
  }

  const problems = document.querySelector("[data-problems]");
  problems?.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link && reach(link.hash.slice(1))) event.preventDefault();
  });

  // Rich text editors draw themselves after this script has run.
  window.addEventListener("load", () => {
    if (problems) problems.focus();
    else reach(document.querySelector("form[data-focus]")?.dataset.focus);
  });
})();
