// Signing out, on a shared computer above all: what is kept is sent first; what cannot be sent is removed, but not
// before she has been told and has said so.
(() => {
  "use strict";

  const outbox = window.alongside;
  const calls = window.alongsideCalls;
  const WAIT = 6000;

  function leave(form) {
    form.dataset.cleared = "yes";
    outbox.freshToken(form);
    form.submit();
  }

  function element(name, properties, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  async function settle() {
    const done = await Promise.all([outbox.settle(WAIT), calls ? calls.settle(WAIT) : true]);
    return done.every(Boolean);
  }

  // What is said of what waits: answers by number, activities as a whole, since a call is nothing she knows.
  async function waitingWords() {
    const answers = (await outbox.waiting()).length;
    const activities = calls && (await calls.waiting()).length ? "what you did last in an activity" : "";
    const said = [answers ? (answers === 1 ? "one answer" : `${answers} answers`) : "", activities].filter(Boolean).join(" and ");
    return `${said.charAt(0).toUpperCase()}${said.slice(1)} ${said.includes(" and ") || answers > 1 ? "are" : "is"}`;
  }

  function ask(form, words) {
    const stay = element("button", { type: "button", className: "btn", textContent: "Stay signed in" });
    const go = element("button", { type: "button", className: "btn btn--quiet", textContent: "Sign out and remove" });
    const text =
      `${words} not saved yet, because the site cannot be reached or you have been signed out. ` +
      "If you sign out now, what is not saved is removed from this device, so that nobody else can see it.";
    const title = element("h2", { id: "signout-title", textContent: "Some of your work is not saved yet" });
    const dialog = element("dialog", { className: "ask" }, title, element("p", { textContent: text }), element("div", { className: "row" }, stay, go));
    dialog.setAttribute("aria-labelledby", "signout-title");
    stay.addEventListener("click", () => dialog.close());
    go.addEventListener("click", async () => {
      await Promise.all([outbox.clear(), calls?.clear()]);
      leave(form);
    });
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-signout]");
    if (!form || form.dataset.cleared || !outbox) return;
    event.preventDefault();
    if (await settle()) leave(form);
    else ask(form, await waitingWords());
  });
})();
