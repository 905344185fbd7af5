// The page around an interactive activity: puts the package into its frame, listens to it and to nothing else, keeps what
// it reports (calls.js sends it), and says in words what is saved, what is done and what is wrong.
(() => {
  "use strict";

  const stage = document.querySelector("[data-activity]");
  const queue = window.alongsideCalls;
  if (!stage) return;

  const { origin, client, part, attempt, calls: url, renew } = stage.dataset;
  const review = stage.dataset.review === "yes";
  const frame = stage.querySelector("[data-frame]");
  const wait = stage.querySelector("[data-wait]");
  const status = stage.querySelector("[data-saved]");
  const help = document.querySelector("[data-help]");
  const savedWords = document.querySelector("[data-saved-words]");
  const trouble = document.querySelector("[data-trouble]");
  const done = document.querySelector("[data-done]");
  const again = document.querySelector("[data-again]");
  const busy = stage.querySelector("[data-busy]");

  const KINDS = new Set(["opened", "statement", "state", "commit"]);
  const LARGEST = { statement: 64 * 1024, state: 150 * 1024, commit: 150 * 1024, opened: 4096 };
  const BURST = 150; // messages in ten seconds: people do not do that
  const MOST_WAITING = 2000;
  const HEAVIEST = 24 * 1024 * 1024; // characters waiting
  const HEIGHT = { least: 240, most: 6000 };
  const RENEW_EVERY = 4 * 60 * 1000;
  const PATIENCE = 40000;
  const ROOT = /\/(answered|completed|passed|failed|mastered|terminated)$/;
  const WAITING = "Not saved yet, will be sent when you are online.";
  const WITH_IT = 150;
  const DAY = 24 * 60 * 60 * 1000;

  let token = stage.dataset.token;
  const before = document.querySelector(".play__counts .tag--done") !== null; // it counted when the page came
  let stopped = false;
  let over = false; // the module is completed: nothing more is recorded
  let ready = false;
  let recent = [];
  let count = 0; // waiting here
  let heavy = 0;
  let seen = new Map(); // seq -> size, of what is not acknowledged
  let last = "";
  let patience = 0;

  // --- words ----------------------------------------------------------------------------------------------------

  const LINE = { fill: "none", stroke: "currentColor", "stroke-linecap": "round", "stroke-linejoin": "round" };
  const DRAWINGS = {
    tick: [["path", { ...LINE, d: "M2 7.5 5.5 11 12 3.5", "stroke-width": "2.4" }]],
    half: [["circle", { ...LINE, cx: 7, cy: 7, r: 5.6, "stroke-width": "2" }], ["path", { d: "M7 1.4a5.6 5.6 0 0 1 0 11.2z", fill: "currentColor" }]],
  };

  function draw(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 14 14");
    svg.setAttribute("aria-hidden", "true");
    for (const [shape, values] of DRAWINGS[name]) {
      const made = document.createElementNS(svg.namespaceURI, shape);
      for (const [key, value] of Object.entries(values)) made.setAttribute(key, value);
      svg.append(made);
    }
    return svg;
  }

  function element(name, properties = {}, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  const signInLink = (href) => element("a", { href, target: "_blank", rel: "noopener", textContent: "Sign in again in a new tab" });

  // While something is on its way, what is seen does not say "saved"; to a screen reader only what came of it is told.
  function showBusy() {
    const on = count > 0 && !status.classList.contains("saved--waiting");
    busy.hidden = !on;
    status.classList.toggle("govuk-visually-hidden", on);
  }

  // The line changes only when its words do, so that a screen reader is not told the same every two seconds.
  function say(text, { saved = false, link = null } = {}) {
    status.classList.toggle("saved--waiting", !saved);
    showBusy();
    if (text === last) return;
    last = text;
    const words = element("span", { textContent: text });
    if (link) words.append(" ", signInLink(link));
    status.replaceChildren(...(saved ? [draw("tick")] : []), words);
  }

  function explain(text) {
    if (savedWords && !review) savedWords.textContent = text;
  }

  function warn(text) {
    window.alongsideFull?.leave();
    trouble.querySelector("[data-trouble-words]").textContent = text;
    trouble.hidden = false;
    help.open = true;
  }

  function calm() {
    trouble.hidden = true;
  }

  // --- the child ------------------------------------------------------------------------------------------------

  function tell(message) {
    frame.contentWindow?.postMessage({ alongside: 1, ...message }, origin);
  }

  function load() {
    ready = false;
    recent = [];
    frame.hidden = false;
    wait.hidden = false;
    frame.src = `${origin}/launch/${encodeURIComponent(token)}/`;
    window.clearTimeout(patience);
    patience = window.setTimeout(() => {
      if (!ready && !stopped) warn("The activity has not started. Load it again, or do it another way: see “Something is not working” below.");
    }, PATIENCE);
  }

  // A package that sends more than any person can do is broken or hostile: it is taken out of the page.
  function stop(words) {
    if (stopped) return;
    stopped = true;
    frame.src = "about:blank";
    frame.hidden = true;
    wait.hidden = true;
    window.alongsideFull?.leave();
    warn(words);
  }

  function flooded() {
    const now = Date.now();
    recent = recent.filter((at) => now - at < 10000);
    recent.push(now);
    return recent.length > BURST || count > MOST_WAITING || heavy > HEAVIEST;
  }

  const whole = (value) => Number.isSafeInteger(value) && value > 0;

  function root(call) {
    const statement = call.body;
    return call.kind === "statement" && ROOT.test(statement?.verb?.id || "") && !statement?.context?.contextActivities?.parent?.length;
  }

  function take(call) {
    if (review || over || !call || typeof call !== "object" || !KINDS.has(call.kind) || !whole(call.seq)) return;
    if (typeof (call.part ?? "") !== "string" || (call.part || "").length > 255) return;
    let text;
    try {
      text = JSON.stringify(call.body ?? null);
    } catch {
      return;
    }
    if (text.length > LARGEST[call.kind]) {
      say("Something the activity wanted to keep was too large, so it was not kept.");
      tell({ type: "saved", upto: call.seq, at: "" });
      return;
    }
    if (seen.has(call.seq)) return;
    seen.set(call.seq, text.length);
    count += 1;
    heavy += text.length;
    showBusy();
    const age = Math.min(60 * DAY, Math.max(0, Date.now() - (Number(call.at) || Date.now())));
    const opening = { client, token, attempt, url, renew };
    queue.keep(opening, { seq: call.seq, kind: call.kind, part: call.part || part, body: JSON.parse(text), givenAt: Date.now() - age });
    if (!root(call)) return;
    // A result goes at once, and with it where she stands: it may complete the module, and after that nothing is kept.
    tell({ type: "flush" });
    window.setTimeout(queue.flush, WITH_IT);
  }

  function resize(value) {
    if (!Number.isFinite(value)) return;
    frame.style.height = `${Math.min(HEIGHT.most, Math.max(HEIGHT.least, Math.ceil(value)))}px`;
  }

  window.addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || event.origin !== origin || stopped) return;
    const message = event.data;
    if (!message || typeof message !== "object" || message.alongside !== 1) return;
    if (message.type === "log") return;
    if (flooded()) {
      stop("This activity sent far more than it should, so it was stopped. What was saved before stays saved. Please report it.");
      return;
    }
    if (message.type === "call") take(message.call);
    else if (message.type === "height") resize(message.value);
    else if (message.type === "open") openPart(message.part);
    else if (message.type === "expired") refresh().then((fresh) => fresh && load());
    else if (message.type === "failed") {
      wait.hidden = true;
      warn("The activity did not start. Load it again, or do it another way: see “Something is not working” below.");
    } else if (message.type === "ready") {
      ready = true;
      wait.hidden = true;
      window.clearTimeout(patience);
      calm();
    }
  });

  // --- saving ---------------------------------------------------------------------------------------------------

  function settled(upto) {
    for (const [seq, size] of seen) {
      if (seq > upto) continue;
      seen.delete(seq);
      count -= 1;
      heavy -= size;
    }
  }

  function heardSaved({ upto, answer }) {
    settled(upto);
    tell({ type: "saved", upto, at: answer.saved });
    if (!count) {
      say(`Saved ${answer.saved}`, { saved: true });
      explain(`Everything you did until ${answer.saved} is saved, and it stays saved.`);
    }
    mark("open", "Begun", "half");
    const refused = (answer.results || []).filter((result) => result.outcome === "refused");
    if (refused.length) say(`Saved ${answer.saved}, but not all of it: ${refused.at(-1).reason}`);
    if (answer.completed) completed(answer.certificate);
    else if (answer.satisfied) satisfied();
  }

  const things = () => (count === 1 ? "The last thing you did is" : `The last ${count} things you did are`);

  document.addEventListener("calls", ({ detail }) => {
    if (detail.state === "token" && detail.client === client) {
      token = detail.token;
      tell({ type: "token", token });
    }
    if (detail.client !== client) return;
    if (detail.state === "saved") heardSaved(detail);
    else if (detail.state === "waiting") {
      say(WAITING);
      explain(`${things()} not saved yet, but kept on this device. It is sent when the site can be reached.`);
    } else if (detail.state === "signed-out") signedOut(detail.answer);
    else if (detail.state === "somebody-else") {
      say("Somebody else is signed in now. What you did is kept on this device for you, and nobody else sees it.");
      explain("What you did last is kept on this device for you. Sign out, then sign in as yourself.");
    } else if (detail.state === "refused") {
      settled(detail.upto);
      tell({ type: "saved", upto: detail.upto, at: "" });
      if (detail.answer.code === "ended" && over) return;
      if (detail.answer.code === "ended") over = true;
      say(`Not saved. ${detail.answer.message}`);
    }
  });

  function signedOut(answer) {
    say("Not saved yet: you have been signed out. What you did is kept.", { link: answer?.sign_in });
    explain(`${count ? things() : "What you do now is"} not saved yet, but kept on this device. Sign in again in a new tab, then come back here.`);
  }

  async function refresh() {
    if (over || review) {
      window.location.reload(); // to look back at it is an opening of its own
      return false;
    }
    const { response, answer, token: fresh } = await queue.renew({ client, token, renew, attempt, person: window.alongside.person });
    if (!fresh && response?.status === 401) signedOut(answer);
    else if (!fresh && response?.status === 409 && answer?.code !== "somebody-else" && answer?.message) warn(answer.message);
    return Boolean(fresh);
  }

  // --- what it came to ------------------------------------------------------------------------------------------

  function mark(kind, word, drawing) {
    const tag = document.querySelector(".play__counts .tag");
    if (!tag || tag.classList.contains("tag--done")) return;
    tag.className = `tag tag--${kind}`;
    tag.replaceChildren(draw(drawing), word);
    if (kind === "done") document.querySelector("[data-state-words]")?.remove(); // it said how far she was before
  }

  function show(title, ...children) {
    if (done.dataset.said === title) return;
    done.dataset.said = title;
    done.replaceChildren(element("div", { className: "play__done" }, element("h2", { textContent: title }), ...children));
    mark("done", "Done", "tick");
    // In the full window what stands beside the stage is neither seen nor read out.
    if (stage.classList.contains("stage--full")) say(`${title}. Leave the full window to read on.`, { saved: true });
  }

  function satisfied() {
    if (done.dataset.said || before) return;
    const back = element("a", { href: document.querySelector("[data-leave]").href, textContent: "Back to the lesson" });
    show("Done: this activity counts now", element("p", {}, "You can stay here as long as you like. ", back));
  }

  function completed(certificate) {
    over = true;
    const text = element("p", { textContent: "You have completed the module. Thank you for the time you gave to it." });
    if (!certificate) return show("Completed", text);
    const link = element("a", { className: "btn", href: certificate, textContent: "See your certificate" });
    return show("Completed", text, element("p", { className: "row" }, link));
  }

  // --- leaving, loading again -----------------------------------------------------------------------------------

  async function loadAgain() {
    stopped = false;
    calm();
    tell({ type: "flush" });
    await queue.settle(4000);
    if (await refresh()) load();
    else if (!navigator.onLine) warn("You are offline, so the activity cannot be fetched. Load it again when you are online.");
    stage.scrollIntoView({ block: "nearest" });
  }

  // The package asks for another of its parts, or for the same one anew: what it said before has to be there first.
  async function openPart(wanted) {
    if (typeof wanted !== "string" || wanted.length > 255) return;
    if (wanted === part) return loadAgain();
    await queue.settle(4000);
    window.location.assign(`?part=${encodeURIComponent(wanted)}`);
  }

  again.addEventListener("click", (event) => {
    event.preventDefault();
    loadAgain();
  });

  // The next page says where she stands: what is on its way goes first, but it holds nobody up for long.
  document.querySelector(".play").addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    if (!link || link === again || link.target || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!count || !navigator.onLine) return;
    event.preventDefault();
    tell({ type: "flush" });
    await queue.settle(3000);
    window.location.assign(link.href);
  });

  document.querySelector("[data-restart]")?.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.dataset.ready) return;
    event.preventDefault();
    tell({ type: "flush" });
    await new Promise((resolve) => window.setTimeout(resolve, 100)); // what it sends comes as a message of its own
    await queue.settle(6000);
    form.dataset.ready = "yes";
    window.alongside.freshToken(form);
    form.requestSubmit(event.submitter);
    delete form.dataset.ready;
  });

  window.addEventListener("pagehide", () => tell({ type: "flush" }));
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && tell({ type: "flush" }));

  if (!queue) {
    warn("This page is not whole. Load it again.");
    return;
  }
  document.querySelector("[data-needs-script]").hidden = true;
  stage.hidden = false;
  load();
  window.setInterval(() => ready && !review && !over && refresh(), RENEW_EVERY);
  queue.flush(); // what a closed tab left
})();
