// The player's forms, which work without this too: answers are kept as they are given, and the page says so.
(() => {
  "use strict";

  const outbox = window.alongside;
  if (!outbox) return;

  const TYPING = 1200;
  const WAIT = 8000;
  const NOT_SAVED = "Not saved yet. Your answer is kept on this device and will be sent when you are online.";
  const KEPT_OTHER = "Somebody else is signed in now. Your answer is kept on this device for you, and nobody else sees it.";
  const STAY = "You are offline, so the next page cannot be fetched. Your answers are kept on this device. Go on when you are online.";
  const latest = new Map(); // slot -> fields this page gave last and has not been told are saved
  const typing = new Map(); // slot -> timer

  const places = () => document.querySelectorAll("[data-slot]");
  const placeOf = (slot) => [...places()].find((place) => place.dataset.slot === slot);
  const inputs = (place) => [...place.querySelectorAll(`input[type="radio"], input[type="checkbox"]`)];
  const area = (place) => place.querySelector("textarea");
  const statusOf = (place) => place.querySelector("[data-status]") || place.closest("form")?.querySelector("[data-status]");

  function tick() {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 14 14");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(svg.namespaceURI, "path");
    path.setAttribute("d", "M2 7.5 5.5 11 12 3.5");
    for (const [name, value] of Object.entries({ fill: "none", stroke: "currentColor", "stroke-width": "2.4", "stroke-linecap": "round", "stroke-linejoin": "round" })) path.setAttribute(name, value);
    svg.append(path);
    return svg;
  }

  function say(status, text, { saved = false, link = null } = {}) {
    if (!status) return;
    status.classList.toggle("saved--waiting", !saved);
    const words = document.createElement("span");
    words.textContent = text;
    if (link) {
      const anchor = Object.assign(document.createElement("a"), { href: link, target: "_blank", rel: "noopener", textContent: "Sign in again in a new tab" });
      words.append(" ", anchor);
    }
    status.replaceChildren(...(saved ? [tick()] : []), words);
  }

  // --- giving ---------------------------------------------------------------------------------------------------

  // The form's own hidden fields go with it: which attempt, which try.
  function fieldsOf(place, more) {
    const form = place.closest("form");
    const fields = {};
    for (const name of ["attempt", "try"]) {
      const field = form.querySelector(`input[name="${name}"]`);
      if (field) fields[name] = [field.value];
    }
    return { ...fields, ...more };
  }

  function give(place, more) {
    const fields = fieldsOf(place, more);
    latest.set(place.dataset.slot, JSON.stringify(fields));
    return outbox.keep({ slot: slotKey(place), url: place.dataset.url, fields });
  }

  // One attempt's slot must not be taken for another's.
  const slotKey = (place) => `${place.closest("form").querySelector('input[name="attempt"]')?.value || ""} ${place.dataset.slot}`;
  const slotPart = (key) => key.slice(key.indexOf(" ") + 1);

  const chosen = (place) => inputs(place).filter((input) => input.checked).map((input) => input.value);

  document.addEventListener("change", (event) => {
    const place = event.target.closest("[data-check], [data-answers] [data-slot]");
    if (!place) return;
    hideFeedback(place);
    const error = place.querySelector(".govuk-error-message");
    if (error) error.hidden = true;
    give(place, { [place.dataset.name]: chosen(place) });
  });

  function saveText(place) {
    window.clearTimeout(typing.get(place));
    typing.delete(place);
    return give(place, { text: [area(place).value] });
  }

  document.addEventListener("input", (event) => {
    const place = event.target.closest("[data-reflection]");
    if (!place) return;
    window.clearTimeout(typing.get(place));
    typing.set(place, window.setTimeout(saveText, TYPING, place));
  });

  outbox.beforeLeaving.push(() => [...typing.keys()].forEach(saveText));

  // --- hearing ----------------------------------------------------------------------------------------------------

  function hideFeedback(place) {
    const overall = place.querySelector("[data-overall]");
    if (!overall) return;
    overall.replaceChildren();
    overall.className = "overall";
    place.querySelectorAll(".answer:not([data-overall])").forEach((one) => one.remove());
  }

  // The server's own HTML, escaped there.
  function showFeedback(place, feedback) {
    hideFeedback(place);
    for (const input of inputs(place)) {
      const html = feedback.options[input.value];
      if (html) input.parentElement.insertAdjacentHTML("afterend", html);
    }
    const overall = place.querySelector("[data-overall]");
    overall.className = `overall answer answer--all answer--${feedback.right ? "right" : "wrong"}`;
    overall.innerHTML = feedback.overall;
  }

  function showValue(place, value) {
    if (area(place)) return;
    inputs(place).forEach((input) => (input.checked = value.includes(input.value)));
  }

  function heardSaved(place, { answer, fields, own }) {
    const status = statusOf(place);
    const given = latest.get(place.dataset.slot);
    if (given && given !== JSON.stringify(fields)) return; // ours is newer and on its way; of that it will be told
    latest.delete(place.dataset.slot);
    if (answer.stale) {
      showValue(place, answer.value);
      const where = area(place) ? "Load the page again to see it." : "It is shown here.";
      say(status, `Saved ${answer.saved}. A later answer of yours, from another tab or device, is kept. ${where}`, { saved: true });
      return;
    }
    if (!own) showValue(place, answer.value || []);
    if (answer.saved) say(status, `Saved ${answer.saved}`, { saved: true });
    else status?.replaceChildren();
    if (answer.feedback) showFeedback(place, answer.feedback);
  }

  document.addEventListener("outbox", ({ detail }) => {
    const place = placeOf(slotPart(detail.slot));
    if (!place || slotKey(place) !== detail.slot) return;
    const status = statusOf(place);
    if (detail.state === "saved") heardSaved(place, detail);
    else if (detail.state === "waiting") say(status, NOT_SAVED);
    else if (detail.state === "signed-out") say(status, "Not saved yet: you have been signed out. Your answer is kept.", { link: detail.answer.sign_in });
    else if (detail.state === "somebody-else") say(status, KEPT_OTHER);
    else if (detail.state === "refused") say(status, `Not saved. ${detail.answer.message}`);
  });

  // What was kept here before this page was loaded stands in its place again, and is on its way; of what is only asked
  // for once more (it was saved while this page was made) just the answer is told.
  (async () => {
    for (const entry of await outbox.waiting()) {
      const place = placeOf(slotPart(entry.slot));
      if (!place || slotKey(place) !== entry.slot || latest.has(place.dataset.slot) || typing.has(place)) continue;
      if (area(place)) area(place).value = entry.fields.text?.[0] ?? area(place).value;
      else showValue(place, entry.fields[place.dataset.name] || []);
      if (!entry.savedAt) say(statusOf(place), NOT_SAVED);
    }
  })();

  // --- forms --------------------------------------------------------------------------------------------------------

  async function check(form) {
    const empty = form.querySelector("[data-empty]");
    const value = chosen(form);
    empty.hidden = value.length > 0;
    if (!value.length) {
      inputs(form)[0].focus();
      return;
    }
    await give(form, { choice: value, check: ["1"] });
  }

  // Everything kept is sent first, so that no page is left or handed in before its answers.
  async function goOn(form, submitter) {
    const status = form.querySelector("[data-status]") || document.querySelector("[data-status]");
    if (navigator.onLine && (await outbox.settle(WAIT))) {
      sendForm(form, submitter);
      return;
    }
    const shown = status?.querySelector("a"); // "sign in again" says more than "offline"
    if (!shown) say(status, navigator.onLine ? NOT_SAVED : STAY);
    status?.scrollIntoView({ block: "nearest" });
  }

  function sendForm(form, submitter) {
    form.dataset.ready = "yes";
    outbox.freshToken(form);
    form.requestSubmit(submitter);
    delete form.dataset.ready;
  }

  async function forget(form, submitter) {
    window.clearTimeout(typing.get(form));
    typing.delete(form);
    await outbox.drop(slotKey(form));
    sendForm(form, submitter);
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.ready) return;
    if (form.matches("[data-check]")) {
      event.preventDefault();
      check(form);
    } else if (form.matches("[data-reflection]") && event.submitter?.name !== "delete") {
      event.preventDefault();
      saveText(form);
    } else if (form.matches("[data-reflection]")) {
      event.preventDefault();
      forget(form, event.submitter);
    } else if (form.matches("[data-needs-network]")) {
      event.preventDefault();
      goOn(form, event.submitter);
    }
  });
})();
