// What a hostile package tries. A try that succeeds says “got it”; one whose effect only the page around it can tell,
// “asked”; tests/e2e/test_hostile_package.py looks.
const site = parent.alongside ? parent.alongside.launch.site : "";
const soon = (work) => Promise.race([work, new Promise((_, no) => setTimeout(no, 3000, new Error("no answer")))]);
const loaded = (element, name, value) => new Promise((yes, no) => {
  element.onload = () => yes("got it"); element.onerror = () => no(new Error("blocked"));
  element[name] = value; document.body.append(element);
});
const blocked = () => new Promise((yes) => document.addEventListener("securitypolicyviolation", (e) => yes(e.effectiveDirective), { once: true }));
window.tries = {
  "reads the site's page": () => top.document.body.innerHTML,
  "reads the site's cookies": () => top.document.cookie,
  "reads the site's storage": () => top.localStorage.length,
  "has cookies of the site": () => { if (document.cookie) return "got it"; throw new Error("none"); },
  "takes the top window away": () => { top.location = location.href; return "asked"; },
  "takes the top window away by a link": () => {
    const a = document.createElement("a"); a.href = location.href; a.target = "_top"; document.body.append(a); a.click(); return "asked";
  },
  "opens a window": () => { if (window.open(location.href)) return "got it"; throw new Error("none"); },
  "asks in a box of the browser's": () => { if (confirm("Your password?")) return "got it"; throw new Error("no box"); },
  "fetches a page of the manager's": () => fetch(`${site}/manage/`, { credentials: "include" }).then(() => "got it"),
  "fetches it blindly": () => fetch(`${site}/manage/`, { credentials: "include", mode: "no-cors" }).then(() => "got it"),
  "posts to the site": () => fetch(`${site}/accounts/logout/`, { method: "POST", credentials: "include", mode: "no-cors" }).then(() => "got it"),
  "asks by the old way": () => new Promise((yes, no) => {
    const ask = new XMLHttpRequest(); ask.open("GET", `${site}/manage/`); ask.withCredentials = true;
    ask.onload = () => yes("got it"); ask.onerror = () => no(new Error("blocked")); ask.send();
  }),
  "loads a picture from the site": () => loaded(new Image(), "src", `${site}/static/img/mark.svg?a=1`),
  "loads a script from the site": () => loaded(document.createElement("script"), "src", `${site}/static/js/site.js`),
  "frames the manager's pages": async () => {
    const seen = blocked(); const frame = document.createElement("iframe"); frame.src = `${site}/manage/`; document.body.append(frame);
    throw new Error(await seen);
  },
  "frames another package": async () => {
    const seen = blocked(); const frame = document.createElement("iframe"); frame.src = window.name || "http://abcdefghijklmnop.localhost"; document.body.append(frame);
    throw new Error(await seen);
  },
  "leaves a service worker": () => navigator.serviceWorker.register("sw.js").then(() => "got it"),
  "leaves a service worker by a module": () => navigator.serviceWorker.register("sw.js", { type: "module" }).then(() => "got it"),
  "runs a worker": () => new Promise((yes, no) => {
    const worker = new Worker("sw.js"); worker.onmessage = () => yes("got it"); worker.onerror = () => no(new Error("blocked"));
  }),
  "runs a worker from a blob": () => new Promise((yes, no) => {
    const worker = new Worker(URL.createObjectURL(new Blob(["postMessage(1)"])));
    worker.onmessage = () => yes("got it"); worker.onerror = () => no(new Error("blocked"));
  }),
  "joins the other packages": () => { document.domain = "localhost"; if (document.domain === "localhost") return "got it"; throw new Error("kept"); },
  "uses the camera": () => navigator.mediaDevices.getUserMedia({ video: true }).then(() => "got it"),
  "reads the clipboard": () => navigator.clipboard.readText().then(() => "got it"),
  "asks for a passkey": () => navigator.credentials.get({ publicKey: { challenge: new Uint8Array(16) } }).then(() => "got it"),
  "finds out where she is": () => new Promise((yes, no) => navigator.geolocation.getCurrentPosition(() => yes("got it"), (e) => no(new Error(e.message)))),
  "sends a form to the site": async () => {
    // Into a frame of its own, which a browser replaces by its page for what was blocked; this one has to answer.
    const frame = document.createElement("iframe"); frame.name = "into-here"; document.body.append(frame);
    const seen = blocked(); const form = document.createElement("form"); form.method = "post"; form.action = `${site}/accounts/logout/`;
    form.target = frame.name; document.body.append(form); form.submit(); throw new Error(await seen);
  },
};
window.attempt = async (name) => {
  try { return String(await soon(Promise.resolve().then(() => window.tries[name]()))); } catch (error) { return `no: ${error.name} ${error.message}`; }
};
