// Uploading with progress, and looking again while something is under way. Without it the form and the links do.
(() => {
  "use strict";

  // --- uploading, file by file, so that one that fails takes no other with it -----------------------------------

  const form = document.querySelector("[data-packages]");

  function row(list, name) {
    const item = document.createElement("li");
    const label = document.createElement("span");
    const bar = document.createElement("progress");
    const said = document.createElement("span");
    label.textContent = name;
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", name);
    item.append(label, " ", bar, " ", said);
    list.append(item);
    return { bar, said };
  }

  function send(file, { bar, said }) {
    return new Promise((resolve) => {
      const body = new FormData(form);
      body.delete("packages");
      body.append("packages", file);
      const request = new XMLHttpRequest();
      request.open("POST", form.action);
      request.setRequestHeader("Accept", "application/json");
      request.responseType = "json";
      request.upload.onprogress = (event) => {
        bar.value = event.lengthComputable ? (100 * event.loaded) / event.total : bar.value;
        said.textContent = `${Math.round(bar.value)}%`;
      };
      request.onload = () => {
        const done = request.status === 200 && request.response;
        bar.value = 100;
        said.textContent = done ? "Uploaded" : request.response?.message || "Not uploaded: try again.";
        resolve(done ? request.response.uploads[0] : null);
      };
      request.onerror = request.ontimeout = () => {
        said.textContent = "Not uploaded: the network was lost. Try again.";
        resolve(null);
      };
      request.send(body);
    });
  }

  form?.addEventListener("submit", async (event) => {
    const files = [...form.querySelector("input[type=file]").files];
    if (!files.length) return;
    event.preventDefault();
    const button = form.querySelector("button[type=submit]");
    const list = form.querySelector("[data-list]");
    button.disabled = true;
    list.replaceChildren();
    const said = form.querySelector("[data-said]");
    said.textContent = files.length > 1 ? `Uploading ${files.length} files` : "Uploading";
    const rows = files.map((file) => row(list, file.name));
    const done = [];
    for (const [index, file] of files.entries()) done.push(await send(file, rows[index]));
    button.disabled = false;
    const missing = done.filter((one) => !one).length;
    if (!missing) {
      window.location.assign(files.length === 1 ? `${form.dataset.done}${done[0]}/` : form.dataset.done);
    } else {
      said.textContent = `${missing} of ${files.length} could not be uploaded; the others can be found under “Uploads so far”.`;
    }
  });

  // --- looking again --------------------------------------------------------------------------------------------

  const part = document.querySelector("[data-part]");

  async function look() {
    if (document.visibilityState === "hidden") return wait();
    try {
      const answer = await fetch(window.location.href, { headers: { "X-Part": part.dataset.part } });
      if (answer.ok && !answer.redirected) part.innerHTML = await answer.text();
    } catch {
      // the network is away: look again later
    }
    return wait();
  }

  function wait() {
    if (part.querySelector("[data-busy]")) window.setTimeout(look, 1500);
  }

  if (part) wait();
})();
