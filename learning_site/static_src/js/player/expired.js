// The opening is older than its token: the page around it gets a new one and loads this frame again.
(() => {
  "use strict";
  const site = document.querySelector('meta[name="site"]').content;
  if (window.parent !== window) window.parent.postMessage({ alongside: 1, type: "expired" }, site);
})();
