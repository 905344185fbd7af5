// Plays an H5P package: starts the player with the state she left, and turns what the package says into calls.
(() => {
  "use strict";

  const { launch, calls } = window.alongside;
  const PATIENCE = 30000; // a script that does not come is never reported by the player: it is only waited for
  const STATE_LIMIT = 150000; // as the server takes it
  const SOON = 2000;
  const ID = "activity";
  const SILENT = /^(accessed-|downloaded$|copied$)/;
  const place = document.getElementById("activity");
  const state = launch.state && typeof launch.state === "object" ? launch.state : {};
  let given = JSON.stringify(state);
  let timer = 0;
  let playing = false;
  let broken = false;

  // --- what is kept ---------------------------------------------------------------------------------------------

  function keepNow() {
    window.clearTimeout(timer);
    timer = 0;
    const text = JSON.stringify(state);
    if (text === given) return;
    if (text.length > STATE_LIMIT) {
      document.getElementById("too-large").hidden = false;
      return;
    }
    given = text;
    calls.send("state", "", state);
  }

  function keepSoon() {
    if (!timer) timer = window.setTimeout(keepNow, SOON);
  }

  function collect() {
    for (const instance of window.H5P?.instances || []) {
      const now = typeof instance.getCurrentState === "function" ? instance.getCurrentState() : undefined;
      if (now !== undefined) window.H5P.setUserData(ID, "state", now);
    }
  }

  // The player's own way of keeping is a request to a server it knows nothing of; it asks us instead.
  function takeOver(H5P) {
    H5P.getUserData = (_, type, done, part = 0) => {
      const text = state[part]?.[type];
      if (text === undefined) return void done(undefined, undefined);
      let value;
      try {
        value = JSON.parse(text);
      } catch (error) {
        return void done(error);
      }
      return void done(undefined, value);
    };
    H5P.setUserData = (_, type, value, options) => {
      const part = options?.subContentId || 0;
      const text = JSON.stringify(value);
      if (text === undefined || state[part]?.[type] === text) return;
      state[part] = { ...state[part], [type]: text };
      keepSoon();
    };
    H5P.deleteUserData = (_, type, part = 0) => {
      if (state[part]?.[type] === undefined) return;
      delete state[part][type];
      keepSoon();
    };
    H5P.setFinished = () => {};
    H5P.communicator = undefined; // it would tell every page around it how high it is
    H5P.externalDispatcher.on("xAPI", (event) => said(event.data.statement));
  }

  function said(statement) {
    const verb = statement?.verb?.id?.split("/").pop();
    calls.log({ call: verb, body: statement });
    if (SILENT.test(verb) || (verb === "interacted" && !statement.result)) return; // the toolbar; every click
    calls.send("statement", "", statement);
    window.setTimeout(() => {
      collect();
      keepSoon();
    }, 0);
  }

  // --- how it starts, and what if it does not -------------------------------------------------------------------

  function fail(why) {
    if (playing || broken) return;
    broken = true;
    console.error(why);
    document.getElementById("loading").hidden = true;
    document.getElementById("trouble").hidden = false;
    place.hidden = true;
    calls.failed("This activity could not start.");
    measure();
  }

  function measure() {
    calls.height(document.getElementById("page").getBoundingClientRect().height);
  }

  function options() {
    const files = window.location.origin + launch.files;
    const player = `${window.location.origin}${launch.player}/h5p`;
    return {
      id: ID,
      h5pJsonPath: files,
      contentJsonPath: `${files}/content`,
      librariesPath: files,
      frameJs: `${player}/frame.bundle.js`,
      frameCss: `${player}/styles/h5p.css`,
      embedType: "div",
      xAPIObjectIRI: launch.activity,
      saveFreq: launch.save_seconds,
      contentUserData: state,
      preventH5PInit: false, // its name says the opposite: it leaves the start to us
      frame: true,
      copyright: true,
      title: launch.title,
      metadata: {
        title: launch.title,
        license: launch.manifest.license || "U",
        authors: launch.manifest.authors || [],
        defaultLanguage: launch.language || "en",
      },
    };
  }

  async function start() {
    await new window.H5PStandalone.H5P(place, options());
    const H5P = window.H5P;
    if (broken || !H5P?.init) return fail("The core of the player did not load.");
    await new Promise((ready) => H5P.jQuery(ready)); // until then the core does not know its licences, and stops at one
    // The player writes a library of version 0.5 as ".5", and then finds none of its files.
    window.H5PIntegration.contents[`cid-${ID}`].library = launch.manifest.main_library;
    takeOver(H5P);
    H5P.init(document.body);
    if (H5P.instances.length !== 1) return fail(`${H5P.instances.length} activities started instead of one.`);
    playing = true;
    document.getElementById("loading").hidden = true;
    calls.beforeLeaving(() => {
      collect();
      keepNow();
    });
    calls.send("opened", "", null);
    calls.ready();
    new ResizeObserver(measure).observe(document.getElementById("page"));
    let width = window.innerWidth;
    window.addEventListener("resize", () => {
      if (window.innerWidth === width) return; // the height is our own doing
      width = window.innerWidth;
      H5P.instances.forEach((instance) => H5P.trigger(instance, "resize"));
    });
    return undefined;
  }

  // A script or style of the package that is not there.
  window.addEventListener(
    "error",
    (event) => event.target instanceof HTMLScriptElement && fail(`${event.target.src} did not load.`),
    true,
  );
  document.getElementById("again").addEventListener("click", () => window.location.reload());
  window.setTimeout(() => fail("It took too long to start."), PATIENCE);
  measure();
  start().catch(fail);
})();
