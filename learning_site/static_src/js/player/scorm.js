// Plays one SCO of a SCORM package: holds the API that it looks for, and turns its commits into calls.
//
// scorm-again keeps the run-time's values in this page, so that reading and writing them asks nobody. A commit goes to
// the page around (calls.js), which keeps it on the device until the server has it: that is what "true" stands for. Each
// commit carries every value that the SCO has written, so that one that is lost or comes twice does no harm.
//
// The rules of mastery and completion are the server's alone: the page does not judge (mastery_override).
(() => {
  "use strict";

  const { launch, calls } = window.alongside;
  const { sco } = launch;
  const OLD = sco.edition === "1.2";
  const PREFIX = OLD ? "LMS" : "";
  const METHODS = ["Initialize", OLD ? "Finish" : "Terminate", "GetValue", "SetValue", "Commit", "GetLastError", "GetErrorString", "GetDiagnostic"];
  const ANSWERS_TEXT = new Set(["GetValue", "GetLastError", "GetErrorString", "GetDiagnostic"]);
  const EXIT = OLD ? "cmi.core.exit" : "cmi.exit";
  const SESSION_TIME = OLD ? "cmi.core.session_time" : "cmi.session_time";
  const NOT_ITS_OWN = OLD
    ? /^cmi\.(core\.(student_id|student_name|credit|entry|lesson_mode|total_time)|launch_data|comments_from_lms|student_data\.)/
    : /^cmi\.(_version|completion_threshold|credit|entry|launch_data|learner_id|learner_name|max_time_allowed|mode|scaled_passing_score|time_limit_action|total_time|comments_from_lms)/;
  const AT_MOST_EVERY = 1000;
  const AUTOCOMMIT_SECONDS = 3; // a SCO that never commits is committed for
  const HEAVY = 20000; // characters: more than a leaving page can be sure to send, so it does not wait for that
  const LARGEST = 100000; // characters of one call; more is sent in several
  const PATIENCE = 30000;
  const ROOM = 640; // pixels: most SCOs fill what they get
  const MOST_ROOM = 4000;
  const NARROWEST = 200;
  const session = String(launch.first); // this loading of the page
  const frame = document.getElementById("sco");
  const given = new Set(); // what was sent once is sent again when it is emptied
  let began = 0;
  let ended = false;
  let leaving = false;
  let timer = 0;
  let lastAt = 0;
  let lastText = "";
  let playing = false;

  // --- commits --------------------------------------------------------------------------------------------------

  const httpService = {
    processHttpRequest(_url, _values, terminating) {
      if (!terminating) soon();
      return { result: "true", errorCode: 0 };
    },
    updateSettings() {},
  };

  const Api = OLD ? window.Scorm12API : window.Scorm2004API;
  const api = Api && new Api({
    lmsCommitUrl: "kept", // scorm-again asks its http service only when there is an address
    httpService,
    dataCommitFormat: "flattened",
    autocommit: true,
    autocommitSeconds: AUTOCOMMIT_SECONDS,
    mastery_override: false,
    logLevel: 5,
    scoItemIds: sco.parts.map((part) => part.id),
  });

  function spent() {
    const seconds = Math.max(0, Math.round((Date.now() - began) / 1000));
    const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    const two = (number) => String(number).padStart(2, "0");
    return OLD ? `${two(hours)}:${two(minutes)}:${two(rest)}` : `PT${hours}H${minutes}M${rest}S`;
  }

  function written() {
    const values = {};
    for (const [element, value] of Object.entries(api.renderCommitCMI(false))) {
      if (typeof value !== "string" || NOT_ITS_OWN.test(element)) continue;
      if (value !== "" || given.has(element)) values[element] = value;
      if (value !== "") given.add(element);
    }
    values[EXIT] ??= ""; // "suspend" that was taken back has to be taken back
    if (/^(|P?T?0S|[0:.]+)$/.test(values[SESSION_TIME] || "")) values[SESSION_TIME] = spent();
    return values;
  }

  function* portions(values) {
    let portion = {};
    let size = 0;
    for (const [element, value] of Object.entries(values)) {
      const length = element.length + value.length + 8;
      if (size && size + length > LARGEST) {
        yield portion;
        portion = {};
        size = 0;
      }
      portion[element] = value;
      size += length;
    }
    yield portion;
  }

  function give(terminated = false) {
    window.clearTimeout(timer);
    timer = 0;
    if (!began || (ended && !terminated)) return;
    const values = written();
    const text = JSON.stringify({ ...values, [SESSION_TIME]: "" });
    if (text === lastText && !terminated) return;
    lastText = text;
    lastAt = Date.now();
    const all = [...portions(values)];
    all.forEach((cmi, at) => {
      const body = { session, cmi };
      if (terminated && at === all.length - 1) body.terminated = true;
      calls.send("commit", sco.part, body);
    });
    if (leaving) calls.away();
  }

  // The first one at once; when a SCO commits after every word, one a second.
  function soon() {
    if (timer) return;
    const wait = lastAt + AT_MOST_EVERY - Date.now();
    if (wait <= 0) give();
    else timer = window.setTimeout(give, wait);
  }

  // --- the API --------------------------------------------------------------------------------------------------

  function load(values) {
    const rank = (element) => (/\.id$/.test(element) ? 0 : /\.type$/.test(element) ? 1 : 2);
    const order = (a, b) => a.localeCompare(b, "en", { numeric: true });
    const names = Object.keys(values).sort((a, b) => order(a.replace(/\.[^.]*$/, ""), b.replace(/\.[^.]*$/, "")) || rank(a) - rank(b) || order(a, b));
    // One by one: scorm-again throws at a value that it takes for wrong, and the rest must come all the same.
    for (const element of names) {
      try {
        api.loadFromFlattenedJSON({ [element]: values[element] });
      } catch (error) {
        console.warn(element, error);
      }
      given.add(element);
    }
  }

  // What a SCO gets hold of: text answers, never an exception, and nothing of the player behind it.
  function method(name) {
    const ask = api[PREFIX ? `LMS${name}` : name].bind(api);
    return (...values) => {
      let answer;
      try {
        answer = String(ask(...values));
      } catch (error) {
        console.error(error);
        answer = ANSWERS_TEXT.has(name) ? "" : "false";
      }
      if (name === "SetValue" && answer === "true" && String(values[1]).length > HEAVY) soon();
      if (name === "Initialize" && answer === "true") start();
      if (/^(Finish|Terminate)$/.test(name) && answer === "true") end();
      calls.log({ call: PREFIX + name, values: values.map(String), answer, error: String(api[`${PREFIX}GetLastError`]()) });
      return answer;
    };
  }

  function start() {
    began ||= Date.now();
    if (!playing) played();
  }

  function end() {
    if (ended) return;
    give(true);
    ended = true;
    showEnd();
  }

  function beforeEnd() {
    // In 1.2 a SCO that set no status is completed when it ends, but not when it only interrupts.
    if (OLD) api.settings = { autoCompleteLessonStatus: api.renderCommitCMI(false)[EXIT] !== "suspend" };
  }

  // --- parts ----------------------------------------------------------------------------------------------------

  const at = sco.parts.findIndex((part) => part.id === sco.part);
  const beside = (step) => sco.parts[at + step]?.id;

  function open(part) {
    if (part !== undefined && sco.parts.some((one) => one.id === part)) calls.open(part);
  }

  function showEnd() {
    if (leaving) return;
    const suspended = api.renderCommitCMI(false)[EXIT] === "suspend";
    const words = suspended ? "You can go on here later, from where you are now." : "You have come to the end of this part.";
    document.getElementById("ended-words").textContent = words;
    document.getElementById("reopen").textContent = suspended ? "Go on now" : "Open it again";
    document.getElementById("next").hidden = !beside(1);
    document.getElementById("ended").hidden = false;
    measure();
  }

  document.getElementById("next").addEventListener("click", () => open(beside(1)));
  document.getElementById("reopen").addEventListener("click", () => open(sco.part));

  // --- the page -------------------------------------------------------------------------------------------------

  let room = ROOM;
  let wide = 0;

  function measure() {
    calls.height(document.getElementById("page").getBoundingClientRect().height);
  }

  // Grows with what is in it; it shrinks only when its width changes, because a SCO that fills its window would chase
  // its own height. Before the frame has its real width, every word stands on a line of its own.
  function grow() {
    let inside = 0;
    if (frame.clientWidth < NARROWEST) return;
    if (frame.clientWidth !== wide) {
      wide = frame.clientWidth;
      fit(ROOM);
    }
    try {
      inside = frame.contentDocument.documentElement.scrollHeight;
    } catch {
      return; // it shows a page from elsewhere, which is blocked
    }
    if (inside > room + 2) fit(Math.min(MOST_ROOM, inside + 2));
  }

  function fit(pixels) {
    if (pixels === room) return;
    room = pixels;
    frame.style.height = `${room}px`;
    measure();
  }

  function played() {
    playing = true;
    window.clearTimeout(patience);
    document.getElementById("loading").hidden = true;
    document.getElementById("trouble").hidden = true;
    calls.send("opened", sco.part, null);
    if (sco.type !== "sco") calls.send("commit", sco.part, { session, cmi: {}, terminated: true });
    calls.ready();
    measure();
  }

  function fail(why) {
    if (playing) return;
    console.error(why);
    document.getElementById("loading").hidden = true;
    document.getElementById("trouble").hidden = false;
    calls.failed("This activity could not start.");
    measure();
  }

  document.getElementById("again").addEventListener("click", () => window.location.reload());
  const patience = window.setTimeout(() => fail("The first page of the package did not load."), PATIENCE);
  if (!api) {
    fail("The run-time did not load.");
    return;
  }
  load(sco.values);
  api.on("BeforeTerminate", beforeEnd);
  api.on("SequenceNext", () => open(beside(1)));
  api.on("SequencePrevious", () => open(beside(-1)));
  api.on("SequenceChoice", (target) => open(target));
  api.on("SequenceJump", (target) => open(target));
  window[OLD ? "API" : "API_1484_11"] = Object.freeze(Object.fromEntries(METHODS.map((name) => [PREFIX + name, method(name)])));
  calls.beforeLeaving(() => give());
  // A SCO often says that it ends only while its page goes away, which is after this page was told so: then what it says
  // has to leave at once. A page that was only put aside goes on as before when it is shown again.
  window.addEventListener("pagehide", () => (leaving = true));
  window.addEventListener("pageshow", () => (leaving = false));
  window.addEventListener("resize", grow);
  frame.addEventListener("load", () => {
    if (frame.contentWindow.location.href === "about:blank") return;
    if (!playing) played();
    grow();
    try {
      new frame.contentWindow.ResizeObserver(grow).observe(frame.contentDocument.documentElement);
    } catch {
      // nothing to watch
    }
  });
  frame.src = sco.src;
})();
