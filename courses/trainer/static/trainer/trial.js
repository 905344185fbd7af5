// Try as a learner: passes what the package says to the server, and shows what each call was answered.
(() => {
  "use strict";

  const frame = document.querySelector("iframe[data-trial]");
  if (!frame) return;
  const { origin, calls: door, renew, part } = frame.dataset;
  const log = document.querySelector("[data-log]");
  const attempts = document.querySelector("[data-attempts]");
  const said = document.querySelector("[data-said]");
  const token = document.querySelector("[data-token] [name=csrfmiddlewaretoken]").value;
  const address = new URL(frame.src);
  const LONGEST = 400;
  let launch = address.pathname.split("/")[2];
  let waiting = [];
  let busy = false;

  function tell(message) {
    frame.contentWindow.postMessage({ alongside: 1, ...message }, origin);
  }

  function cell(tag, text, scope) {
    const made = document.createElement(tag);
    made.textContent = text;
    if (scope) made.scope = scope;
    return made;
  }

  function line(head, body) {
    const item = document.createElement("li");
    const code = document.createElement("code");
    const text = typeof body === "string" ? body : JSON.stringify(body ?? "");
    code.textContent = text.length > 2000 ? `${text.slice(0, 2000)} …` : text;
    item.append(`${head} `, ...(body === null ? [] : [code]));
    log.append(item);
    while (log.children.length > LONGEST) log.firstElementChild.remove();
  }

  function recorded(all) {
    attempts.replaceChildren(
      ...all.map((go) => {
        const row = document.createElement("tr");
        const score = go.raw === null ? "none" : `${go.raw} of ${go.maximum ?? "?"}`;
        const passed = go.success === null ? "not said" : go.success ? "yes" : "no";
        row.append(cell("th", go.number, "row"), cell("td", score), cell("td", passed));
        row.append(cell("td", go.completion || "not said"), cell("td", `${go.seconds} s`));
        return row;
      }),
    );
  }

  async function send() {
    if (busy || !waiting.length) return;
    busy = true;
    const batch = waiting.slice(0, 50);
    const now = Date.now();
    const calls = batch.map(({ at, ...call }) => ({ ...call, age_ms: Math.max(0, now - at) }));
    try {
      const answer = await fetch(door, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token },
        body: JSON.stringify({ token: launch, client: "trial", calls }),
      });
      const given = await answer.json();
      if (!answer.ok) throw new Error(given.message);
      given.entries.forEach((entry) => {
        const reason = entry.reason ? `. ${entry.reason}` : "";
        line(`${entry.kind}${entry.part ? ` (${entry.part})` : ""}: ${entry.outcome}${reason}`, entry.body);
      });
      recorded(given.attempts);
      waiting = waiting.slice(batch.length);
      tell({ type: "saved", upto: batch.at(-1).seq, at: "" });
      said.textContent = "";
    } catch (error) {
      said.textContent = `The log could not be kept: ${error.message}`;
    }
    busy = false;
    if (waiting.length) window.setTimeout(send, said.textContent ? 3000 : 0);
  }

  async function fresh() {
    const body = new URLSearchParams({ part });
    const answer = await fetch(renew, { method: "POST", headers: { "X-CSRFToken": token }, body });
    if (!answer.ok) return;
    launch = (await answer.json()).token;
    tell({ type: "token", token: launch });
  }

  window.addEventListener("message", async ({ source, origin: from, data }) => {
    if (source !== frame.contentWindow || from !== origin || data?.alongside !== 1) return;
    if (data.type === "call") {
      waiting.push(data.call);
      window.setTimeout(send, 300);
    } else if (data.type === "log") {
      line("API", data.entry);
    } else if (data.type === "height" && Number.isFinite(data.value)) {
      frame.style.height = `${Math.min(1600, Math.max(320, data.value))}px`;
    } else if (data.type === "failed") {
      said.textContent = String(data.message || "The package did not start.").slice(0, 300);
    } else if (data.type === "ready") {
      said.textContent = "";
    } else if (data.type === "expired") {
      await fresh();
      frame.src = `${origin}/launch/${launch}/`;
    }
  });
  window.setInterval(fresh, 8 * 60 * 1000);
})();
